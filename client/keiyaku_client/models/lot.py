from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Lot")


@_attrs_define
class Lot:
    """Points granted on one day.

    Attributes:
        lot_id (str):
        granted_on (datetime.date):
        kind (str):
        points (int):
        left (int):
        expires_on (datetime.date):
        original_expires_on (datetime.date):
    """

    lot_id: str
    granted_on: datetime.date
    kind: str
    points: int
    left: int
    expires_on: datetime.date
    original_expires_on: datetime.date
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        lot_id = self.lot_id

        granted_on = self.granted_on.isoformat()

        kind = self.kind

        points = self.points

        left = self.left

        expires_on = self.expires_on.isoformat()

        original_expires_on = self.original_expires_on.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "lot_id": lot_id,
                "granted_on": granted_on,
                "kind": kind,
                "points": points,
                "left": left,
                "expires_on": expires_on,
                "original_expires_on": original_expires_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        lot_id = d.pop("lot_id")

        granted_on = datetime.date.fromisoformat(d.pop("granted_on"))

        kind = d.pop("kind")

        points = d.pop("points")

        left = d.pop("left")

        expires_on = datetime.date.fromisoformat(d.pop("expires_on"))

        original_expires_on = datetime.date.fromisoformat(d.pop("original_expires_on"))

        lot = cls(
            lot_id=lot_id,
            granted_on=granted_on,
            kind=kind,
            points=points,
            left=left,
            expires_on=expires_on,
            original_expires_on=original_expires_on,
        )

        lot.additional_properties = d
        return lot

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
