from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Ahead")


@_attrs_define
class Ahead:
    """A dated thing ahead.

    Attributes:
        on (datetime.date):
        event (str):
        articles (list[str]):
        undo_until (datetime.datetime | None):
    """

    on: datetime.date
    event: str
    articles: list[str]
    undo_until: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        on = self.on.isoformat()

        event = self.event

        articles = self.articles

        undo_until: None | str
        if isinstance(self.undo_until, datetime.datetime):
            undo_until = self.undo_until.isoformat()
        else:
            undo_until = self.undo_until

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "on": on,
                "event": event,
                "articles": articles,
                "undo_until": undo_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        on = datetime.date.fromisoformat(d.pop("on"))

        event = d.pop("event")

        articles = cast(list[str], d.pop("articles"))

        def _parse_undo_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undo_until_type_0 = datetime.datetime.fromisoformat(data)

                return undo_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        undo_until = _parse_undo_until(d.pop("undo_until"))

        ahead = cls(
            on=on,
            event=event,
            articles=articles,
            undo_until=undo_until,
        )

        ahead.additional_properties = d
        return ahead

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
