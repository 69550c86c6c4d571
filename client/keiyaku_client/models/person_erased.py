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

T = TypeVar("T", bound="PersonErased")


@_attrs_define
class PersonErased:
    """A person of whom ids are left.

    Attributes:
        outcome (Literal['erased']):
        person_id (str):
        change_id (str):
        erased_at (str):
    """

    outcome: Literal["erased"]
    person_id: str
    change_id: str
    erased_at: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        outcome = self.outcome

        person_id = self.person_id

        change_id = self.change_id

        erased_at = self.erased_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "outcome": outcome,
                "person_id": person_id,
                "change_id": change_id,
                "erased_at": erased_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = cast(Literal["erased"], d.pop("outcome"))
        if outcome != "erased":
            raise ValueError(f"outcome must match const 'erased', got '{outcome}'")

        person_id = d.pop("person_id")

        change_id = d.pop("change_id")

        erased_at = d.pop("erased_at")

        person_erased = cls(
            outcome=outcome,
            person_id=person_id,
            change_id=change_id,
            erased_at=erased_at,
        )

        person_erased.additional_properties = d
        return person_erased

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
