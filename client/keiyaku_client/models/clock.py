from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Clock")


@_attrs_define
class Clock:
    """Business time.

    Attributes:
        now (datetime.datetime):
        today (datetime.date):
        real (datetime.datetime):
        rehearsal (bool):
    """

    now: datetime.datetime
    today: datetime.date
    real: datetime.datetime
    rehearsal: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        now = self.now.isoformat()

        today = self.today.isoformat()

        real = self.real.isoformat()

        rehearsal = self.rehearsal

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "now": now,
                "today": today,
                "real": real,
                "rehearsal": rehearsal,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        now = datetime.datetime.fromisoformat(d.pop("now"))

        today = datetime.date.fromisoformat(d.pop("today"))

        real = datetime.datetime.fromisoformat(d.pop("real"))

        rehearsal = d.pop("rehearsal")

        clock = cls(
            now=now,
            today=today,
            real=real,
            rehearsal=rehearsal,
        )

        clock.additional_properties = d
        return clock

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
