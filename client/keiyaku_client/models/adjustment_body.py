from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.adjustment_body_reason_code import (
    AdjustmentBodyReasonCode,
    check_adjustment_body_reason_code,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entitlement import Entitlement


T = TypeVar("T", bound="AdjustmentBody")


@_attrs_define
class AdjustmentBody:
    """A missed grant is made good; `granted_on` is the day on which it should have been booked.

    Attributes:
        reason (str):
        points (int):
        for_ (Entitlement): The month of use, or the term end month, that the points belong to; exactly one.
        granted_on (datetime.date):
        reason_code (AdjustmentBodyReasonCode | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
    """

    reason: str
    points: int
    for_: Entitlement
    granted_on: datetime.date
    reason_code: AdjustmentBodyReasonCode | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        points = self.points

        for_ = self.for_.to_dict()

        granted_on = self.granted_on.isoformat()

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
                "points": points,
                "for": for_,
                "granted_on": granted_on,
            }
        )
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entitlement import Entitlement  # noqa: PLC0415

        d = dict(src_dict)
        reason = d.pop("reason")

        points = d.pop("points")

        for_ = Entitlement.from_dict(d.pop("for"))

        granted_on = datetime.date.fromisoformat(d.pop("granted_on"))

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: AdjustmentBodyReasonCode | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_adjustment_body_reason_code(_reason_code)

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        adjustment_body = cls(
            reason=reason,
            points=points,
            for_=for_,
            granted_on=granted_on,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return adjustment_body
