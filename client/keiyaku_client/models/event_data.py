from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="EventData")


@_attrs_define
class EventData:
    """The entry of a log that an event tells; `from` and `to` are states.

    Attributes:
        seq (int):
        event (str):
        from_ (None | str):
        to (None | str):
        effective_on (datetime.date):
        articles (list[str]):
        edition (None | str):
        voids (list[int]):
    """

    seq: int
    event: str
    from_: None | str
    to: None | str
    effective_on: datetime.date
    articles: list[str]
    edition: None | str
    voids: list[int]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        event = self.event

        from_: None | str
        from_ = self.from_

        to: None | str
        to = self.to

        effective_on = self.effective_on.isoformat()

        articles = self.articles

        edition: None | str
        edition = self.edition

        voids = self.voids

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "event": event,
                "from": from_,
                "to": to,
                "effective_on": effective_on,
                "articles": articles,
                "edition": edition,
                "voids": voids,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        seq = d.pop("seq")

        event = d.pop("event")

        def _parse_from_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        from_ = _parse_from_(d.pop("from"))

        def _parse_to(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        to = _parse_to(d.pop("to"))

        effective_on = datetime.date.fromisoformat(d.pop("effective_on"))

        articles = cast(list[str], d.pop("articles"))

        def _parse_edition(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        edition = _parse_edition(d.pop("edition"))

        voids = cast(list[int], d.pop("voids"))

        event_data = cls(
            seq=seq,
            event=event,
            from_=from_,
            to=to,
            effective_on=effective_on,
            articles=articles,
            edition=edition,
            voids=voids,
        )

        event_data.additional_properties = d
        return event_data

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
