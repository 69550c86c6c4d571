from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.line_charges_body_reason_code_type_0 import (
    LineChargesBodyReasonCodeType0,
    check_line_charges_body_reason_code_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.line_charge_body import LineChargeBody


T = TypeVar("T", bound="LineChargesBody")


@_attrs_define
class LineChargesBody:
    """NTT's charges of the line for one month.

    Attributes:
        month (str):
        items (list[LineChargeBody]):
        reason (None | str | Unset):
        reason_code (LineChargesBodyReasonCodeType0 | None | Unset):
        on_behalf_of (None | str | Unset):
    """

    month: str
    items: list[LineChargeBody]
    reason: None | str | Unset = UNSET
    reason_code: LineChargesBodyReasonCodeType0 | None | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        month = self.month

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

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
                "month": month,
                "items": items,
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
        from ..models.line_charge_body import LineChargeBody  # noqa: PLC0415

        d = dict(src_dict)
        month = d.pop("month")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = LineChargeBody.from_dict(items_item_data)

            items.append(items_item)

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> LineChargesBodyReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_line_charges_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LineChargesBodyReasonCodeType0 | None | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        line_charges_body = cls(
            month=month,
            items=items,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return line_charges_body
