from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TriedAgain")


@_attrs_define
class TriedAgain:
    """A message that was given up, on its way again under its own id.

    Attributes:
        outcome (Literal['queued']):
        message_id (str):
        channel (str):
        entity_id (str):
    """

    outcome: Literal["queued"]
    message_id: str
    channel: str
    entity_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        outcome = self.outcome

        message_id = self.message_id

        channel = self.channel

        entity_id = self.entity_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "outcome": outcome,
                "message_id": message_id,
                "channel": channel,
                "entity_id": entity_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = cast(Literal["queued"], d.pop("outcome"))
        if outcome != "queued":
            raise ValueError(f"outcome must match const 'queued', got '{outcome}'")

        message_id = d.pop("message_id")

        channel = d.pop("channel")

        entity_id = d.pop("entity_id")

        tried_again = cls(
            outcome=outcome,
            message_id=message_id,
            channel=channel,
            entity_id=entity_id,
        )

        tried_again.additional_properties = d
        return tried_again

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
