from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.settlement_body_reason_code import (
    SettlementBodyReasonCode,
    check_settlement_body_reason_code,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="SettlementBody")


@_attrs_define
class SettlementBody:
    """A task, by its code, that no other request settles.

    Attributes:
        reason (str):
        why (str):
        reason_code (SettlementBodyReasonCode | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
    """

    reason: str
    why: str
    reason_code: SettlementBodyReasonCode | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        why = self.why

        reason_code: str | Unset = UNSET
        if not isinstance(self.reason_code, Unset):
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "why": why,
            }
        )
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        why = d.pop("why")

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: SettlementBodyReasonCode | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_settlement_body_reason_code(_reason_code)

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        settlement_body = cls(
            reason=reason,
            why=why,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return settlement_body
