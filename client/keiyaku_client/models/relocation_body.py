from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.relocation_body_reason_code_type_0 import (
    RelocationBodyReasonCodeType0,
    check_relocation_body_reason_code_type_0,
)
from ..models.relocation_body_to_operator import (
    RelocationBodyToOperator,
    check_relocation_body_to_operator,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RelocationBody")


@_attrs_define
class RelocationBody:
    """Where the contractor moves to.

    Attributes:
        to_operator (RelocationBodyToOperator):
        received_at (datetime.datetime):
        reason (None | str | Unset):
        reason_code (None | RelocationBodyReasonCodeType0 | Unset):
        on_behalf_of (None | str | Unset):
    """

    to_operator: RelocationBodyToOperator
    received_at: datetime.datetime
    reason: None | str | Unset = UNSET
    reason_code: None | RelocationBodyReasonCodeType0 | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        to_operator: str = self.to_operator

        received_at = self.received_at.isoformat()

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        reason_code: None | str | Unset
        if isinstance(self.reason_code, Unset):
            reason_code = UNSET
        elif isinstance(self.reason_code, str):
            reason_code = self.reason_code
        else:
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to_operator": to_operator,
                "received_at": received_at,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        to_operator = check_relocation_body_to_operator(d.pop("to_operator"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> None | RelocationBodyReasonCodeType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_relocation_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RelocationBodyReasonCodeType0 | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        relocation_body = cls(
            to_operator=to_operator,
            received_at=received_at,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return relocation_body
