from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.storage_deletions_item import StorageDeletionsItem


T = TypeVar("T", bound="Storage")


@_attrs_define
class Storage:
    """A member's storage in GB.

    Attributes:
        state (str):
        plan_gb (float):
        capacity_gb (float):
        deletions (list[StorageDeletionsItem]):
    """

    state: str
    plan_gb: float
    capacity_gb: float
    deletions: list[StorageDeletionsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state = self.state

        plan_gb = self.plan_gb

        capacity_gb = self.capacity_gb

        deletions = []
        for deletions_item_data in self.deletions:
            deletions_item = deletions_item_data.to_dict()
            deletions.append(deletions_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "plan_gb": plan_gb,
                "capacity_gb": capacity_gb,
                "deletions": deletions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.storage_deletions_item import StorageDeletionsItem  # noqa: PLC0415

        d = dict(src_dict)
        state = d.pop("state")

        plan_gb = d.pop("plan_gb")

        capacity_gb = d.pop("capacity_gb")

        deletions = []
        _deletions = d.pop("deletions")
        for deletions_item_data in _deletions:
            deletions_item = StorageDeletionsItem.from_dict(deletions_item_data)

            deletions.append(deletions_item)

        storage = cls(
            state=state,
            plan_gb=plan_gb,
            capacity_gb=capacity_gb,
            deletions=deletions,
        )

        storage.additional_properties = d
        return storage

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
