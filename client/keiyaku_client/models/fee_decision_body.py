from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.fee_decision_body_reason_code import (
    FeeDecisionBodyReasonCode,
    check_fee_decision_body_reason_code,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="FeeDecisionBody")


@_attrs_define
class FeeDecisionBody:
    """Whether a fee that waits is due.

    Attributes:
        reason (str):
        charge_id (str):
        due (bool):
        reason_code (FeeDecisionBodyReasonCode | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
    """

    reason: str
    charge_id: str
    due: bool
    reason_code: FeeDecisionBodyReasonCode | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        charge_id = self.charge_id

        due = self.due

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
                "charge_id": charge_id,
                "due": due,
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

        charge_id = d.pop("charge_id")

        due = d.pop("due")

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: FeeDecisionBodyReasonCode | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_fee_decision_body_reason_code(_reason_code)

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        fee_decision_body = cls(
            reason=reason,
            charge_id=charge_id,
            due=due,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return fee_decision_body
