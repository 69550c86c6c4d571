from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.lot_facts import LotFacts


T = TypeVar("T", bound="SpendQuestion")


@_attrs_define
class SpendQuestion:
    """From which lots would points be taken on a day?

    Attributes:
        lots (list[LotFacts]):
        points (int):
        on (datetime.date):
    """

    lots: list[LotFacts]
    points: int
    on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        lots = []
        for lots_item_data in self.lots:
            lots_item = lots_item_data.to_dict()
            lots.append(lots_item)

        points = self.points

        on = self.on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "lots": lots,
                "points": points,
                "on": on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lot_facts import LotFacts  # noqa: PLC0415

        d = dict(src_dict)
        lots = []
        _lots = d.pop("lots")
        for lots_item_data in _lots:
            lots_item = LotFacts.from_dict(lots_item_data)

            lots.append(lots_item)

        points = d.pop("points")

        on = datetime.date.fromisoformat(d.pop("on"))

        spend_question = cls(
            lots=lots,
            points=points,
            on=on,
        )

        return spend_question
