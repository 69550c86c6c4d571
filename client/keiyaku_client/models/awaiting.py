from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.awaiting_said_type_0 import AwaitingSaidType0


T = TypeVar("T", bound="Awaiting")


@_attrs_define
class Awaiting:
    """A revision that waits for an operator's approval.

    Attributes:
        held_id (str):
        event (str):
        against (list[str]):
        since (datetime.datetime):
        actor (str):
        on_behalf_of (None | str):
        reason (None | str):
        said (AwaitingSaidType0 | None):
    """

    held_id: str
    event: str
    against: list[str]
    since: datetime.datetime
    actor: str
    on_behalf_of: None | str
    reason: None | str
    said: AwaitingSaidType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.awaiting_said_type_0 import AwaitingSaidType0  # noqa: PLC0415

        held_id = self.held_id

        event = self.event

        against = self.against

        since = self.since.isoformat()

        actor = self.actor

        on_behalf_of: None | str
        on_behalf_of = self.on_behalf_of

        reason: None | str
        reason = self.reason

        said: dict[str, Any] | None
        if isinstance(self.said, AwaitingSaidType0):
            said = self.said.to_dict()
        else:
            said = self.said

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "held_id": held_id,
                "event": event,
                "against": against,
                "since": since,
                "actor": actor,
                "on_behalf_of": on_behalf_of,
                "reason": reason,
                "said": said,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.awaiting_said_type_0 import AwaitingSaidType0  # noqa: PLC0415

        d = dict(src_dict)
        held_id = d.pop("held_id")

        event = d.pop("event")

        against = cast(list[str], d.pop("against"))

        since = datetime.datetime.fromisoformat(d.pop("since"))

        actor = d.pop("actor")

        def _parse_on_behalf_of(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_said(data: object) -> AwaitingSaidType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                said_type_0 = AwaitingSaidType0.from_dict(data)

                return said_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AwaitingSaidType0 | None, data)

        said = _parse_said(d.pop("said"))

        awaiting = cls(
            held_id=held_id,
            event=event,
            against=against,
            since=since,
            actor=actor,
            on_behalf_of=on_behalf_of,
            reason=reason,
            said=said,
        )

        awaiting.additional_properties = d
        return awaiting

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
