from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.initial_cancellation_body_reason_code_type_0 import (
    InitialCancellationBodyReasonCodeType0,
    check_initial_cancellation_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="InitialCancellationBody")


@_attrs_define
class InitialCancellationBody:
    """初期契約解除: both days, and what becomes of the contract.

    Attributes:
        papers_received_on (datetime.date):
        dispatched_on (datetime.date):
        reason (None | str | Unset):
        reason_code (InitialCancellationBodyReasonCodeType0 | None | Unset):
        on_behalf_of (None | str | Unset):
        then (None | str | Unset):
    """

    papers_received_on: datetime.date
    dispatched_on: datetime.date
    reason: None | str | Unset = UNSET
    reason_code: InitialCancellationBodyReasonCodeType0 | None | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET
    then: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        papers_received_on = self.papers_received_on.isoformat()

        dispatched_on = self.dispatched_on.isoformat()

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

        then: None | str | Unset
        if isinstance(self.then, Unset):
            then = UNSET
        else:
            then = self.then

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "papers_received_on": papers_received_on,
                "dispatched_on": dispatched_on,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of
        if then is not UNSET:
            field_dict["then"] = then

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        papers_received_on = datetime.date.fromisoformat(d.pop("papers_received_on"))

        dispatched_on = datetime.date.fromisoformat(d.pop("dispatched_on"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> InitialCancellationBodyReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_initial_cancellation_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InitialCancellationBodyReasonCodeType0 | None | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        def _parse_then(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        then = _parse_then(d.pop("then", UNSET))

        initial_cancellation_body = cls(
            papers_received_on=papers_received_on,
            dispatched_on=dispatched_on,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            then=then,
        )

        return initial_cancellation_body
