from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="LotFacts")


@_attrs_define
class LotFacts:
    """Points of one grant that are still there.

    Attributes:
        id (str):
        granted_on (datetime.date):
        points (int):
    """

    id: str
    granted_on: datetime.date
    points: int

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        granted_on = self.granted_on.isoformat()

        points = self.points

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "granted_on": granted_on,
                "points": points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        granted_on = datetime.date.fromisoformat(d.pop("granted_on"))

        points = d.pop("points")

        lot_facts = cls(
            id=id,
            granted_on=granted_on,
            points=points,
        )

        return lot_facts
