from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LedgerEntry")


@_attrs_define
class LedgerEntry:
    """One booking of points.

    Attributes:
        entry_id (str):
        lot_id (str):
        kind (str):
        points (int):
        on (datetime.date):
        articles (list[str]):
    """

    entry_id: str
    lot_id: str
    kind: str
    points: int
    on: datetime.date
    articles: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entry_id = self.entry_id

        lot_id = self.lot_id

        kind = self.kind

        points = self.points

        on = self.on.isoformat()

        articles = self.articles

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entry_id": entry_id,
                "lot_id": lot_id,
                "kind": kind,
                "points": points,
                "on": on,
                "articles": articles,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entry_id = d.pop("entry_id")

        lot_id = d.pop("lot_id")

        kind = d.pop("kind")

        points = d.pop("points")

        on = datetime.date.fromisoformat(d.pop("on"))

        articles = cast(list[str], d.pop("articles"))

        ledger_entry = cls(
            entry_id=entry_id,
            lot_id=lot_id,
            kind=kind,
            points=points,
            on=on,
            articles=articles,
        )

        ledger_entry.additional_properties = d
        return ledger_entry

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
