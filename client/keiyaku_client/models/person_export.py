from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.person_export_held import PersonExportHeld


T = TypeVar("T", bound="PersonExport")


@_attrs_define
class PersonExport:
    """All that is held of a person: table → its rows.

    Attributes:
        person_id (str):
        held (PersonExportHeld):
    """

    person_id: str
    held: PersonExportHeld
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        person_id = self.person_id

        held = self.held.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "person_id": person_id,
                "held": held,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.person_export_held import PersonExportHeld  # noqa: PLC0415

        d = dict(src_dict)
        person_id = d.pop("person_id")

        held = PersonExportHeld.from_dict(d.pop("held"))

        person_export = cls(
            person_id=person_id,
            held=held,
        )

        person_export.additional_properties = d
        return person_export

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
