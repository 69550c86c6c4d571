from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Entry")


@_attrs_define
class Entry:
    """One entry of a log.

    Attributes:
        seq (int):
        event (str):
        received_at (datetime.datetime):
        recorded_at (datetime.datetime):
        effective_on (datetime.date):
        actor (str):
        articles (list[str]):
        edition (None | str):
        voids (list[int]):
        voided (bool):
    """

    seq: int
    event: str
    received_at: datetime.datetime
    recorded_at: datetime.datetime
    effective_on: datetime.date
    actor: str
    articles: list[str]
    edition: None | str
    voids: list[int]
    voided: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        event = self.event

        received_at = self.received_at.isoformat()

        recorded_at = self.recorded_at.isoformat()

        effective_on = self.effective_on.isoformat()

        actor = self.actor

        articles = self.articles

        edition: None | str
        edition = self.edition

        voids = self.voids

        voided = self.voided

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "event": event,
                "received_at": received_at,
                "recorded_at": recorded_at,
                "effective_on": effective_on,
                "actor": actor,
                "articles": articles,
                "edition": edition,
                "voids": voids,
                "voided": voided,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        seq = d.pop("seq")

        event = d.pop("event")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        effective_on = datetime.date.fromisoformat(d.pop("effective_on"))

        actor = d.pop("actor")

        articles = cast(list[str], d.pop("articles"))

        def _parse_edition(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        edition = _parse_edition(d.pop("edition"))

        voids = cast(list[int], d.pop("voids"))

        voided = d.pop("voided")

        entry = cls(
            seq=seq,
            event=event,
            received_at=received_at,
            recorded_at=recorded_at,
            effective_on=effective_on,
            actor=actor,
            articles=articles,
            edition=edition,
            voids=voids,
            voided=voided,
        )

        entry.additional_properties = d
        return entry

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
