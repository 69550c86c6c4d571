from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.imported_lines_item import ImportedLinesItem


T = TypeVar("T", bound="Imported")


@_attrs_define
class Imported:
    """What became of each line.

    Attributes:
        imported (int):
        already (int):
        refused (int):
        lines (list[ImportedLinesItem]):
        dry_run (bool | Unset):  Default: False.
    """

    imported: int
    already: int
    refused: int
    lines: list[ImportedLinesItem]
    dry_run: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        imported = self.imported

        already = self.already

        refused = self.refused

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "imported": imported,
                "already": already,
                "refused": refused,
                "lines": lines,
            }
        )
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.imported_lines_item import ImportedLinesItem  # noqa: PLC0415

        d = dict(src_dict)
        imported = d.pop("imported")

        already = d.pop("already")

        refused = d.pop("refused")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = ImportedLinesItem.from_dict(lines_item_data)

            lines.append(lines_item)

        dry_run = d.pop("dry_run", UNSET)

        imported = cls(
            imported=imported,
            already=already,
            refused=refused,
            lines=lines,
            dry_run=dry_run,
        )

        imported.additional_properties = d
        return imported

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
