from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.still_waiting import StillWaiting


T = TypeVar("T", bound="Moved")


@_attrs_define
class Moved:
    """Business time after it was moved.

    Attributes:
        now (datetime.datetime):
        today (datetime.date):
        real (datetime.datetime):
        rehearsal (bool):
        waiting (list[StillWaiting]):
    """

    now: datetime.datetime
    today: datetime.date
    real: datetime.datetime
    rehearsal: bool
    waiting: list[StillWaiting]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        now = self.now.isoformat()

        today = self.today.isoformat()

        real = self.real.isoformat()

        rehearsal = self.rehearsal

        waiting = []
        for waiting_item_data in self.waiting:
            waiting_item = waiting_item_data.to_dict()
            waiting.append(waiting_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "now": now,
                "today": today,
                "real": real,
                "rehearsal": rehearsal,
                "waiting": waiting,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.still_waiting import StillWaiting  # noqa: PLC0415

        d = dict(src_dict)
        now = datetime.datetime.fromisoformat(d.pop("now"))

        today = datetime.date.fromisoformat(d.pop("today"))

        real = datetime.datetime.fromisoformat(d.pop("real"))

        rehearsal = d.pop("rehearsal")

        waiting = []
        _waiting = d.pop("waiting")
        for waiting_item_data in _waiting:
            waiting_item = StillWaiting.from_dict(waiting_item_data)

            waiting.append(waiting_item)

        moved = cls(
            now=now,
            today=today,
            real=real,
            rehearsal=rehearsal,
            waiting=waiting,
        )

        moved.additional_properties = d
        return moved

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
