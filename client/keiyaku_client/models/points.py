from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.expiring import Expiring
    from ..models.lot import Lot


T = TypeVar("T", bound="Points")


@_attrs_define
class Points:
    """A balance.

    Attributes:
        on (datetime.date):
        balance (int):
        lots (list[Lot]):
        expiring (list[Expiring]):
    """

    on: datetime.date
    balance: int
    lots: list[Lot]
    expiring: list[Expiring]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        on = self.on.isoformat()

        balance = self.balance

        lots = []
        for lots_item_data in self.lots:
            lots_item = lots_item_data.to_dict()
            lots.append(lots_item)

        expiring = []
        for expiring_item_data in self.expiring:
            expiring_item = expiring_item_data.to_dict()
            expiring.append(expiring_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "on": on,
                "balance": balance,
                "lots": lots,
                "expiring": expiring,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.expiring import Expiring  # noqa: PLC0415
        from ..models.lot import Lot  # noqa: PLC0415

        d = dict(src_dict)
        on = datetime.date.fromisoformat(d.pop("on"))

        balance = d.pop("balance")

        lots = []
        _lots = d.pop("lots")
        for lots_item_data in _lots:
            lots_item = Lot.from_dict(lots_item_data)

            lots.append(lots_item)

        expiring = []
        _expiring = d.pop("expiring")
        for expiring_item_data in _expiring:
            expiring_item = Expiring.from_dict(expiring_item_data)

            expiring.append(expiring_item)

        points = cls(
            on=on,
            balance=balance,
            lots=lots,
            expiring=expiring,
        )

        points.additional_properties = d
        return points

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
