from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.log_proof_anchors_item import LogProofAnchorsItem
    from ..models.log_proof_broken_item import LogProofBrokenItem


T = TypeVar("T", bound="LogProof")


@_attrs_define
class LogProof:
    """Whether the log of everything decided about in a month is as it was written.

    Attributes:
        month (str):
        holds (bool):
        entities (int):
        entries (int):
        broken (list[LogProofBrokenItem]):
        anchors (list[LogProofAnchorsItem]):
    """

    month: str
    holds: bool
    entities: int
    entries: int
    broken: list[LogProofBrokenItem]
    anchors: list[LogProofAnchorsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        month = self.month

        holds = self.holds

        entities = self.entities

        entries = self.entries

        broken = []
        for broken_item_data in self.broken:
            broken_item = broken_item_data.to_dict()
            broken.append(broken_item)

        anchors = []
        for anchors_item_data in self.anchors:
            anchors_item = anchors_item_data.to_dict()
            anchors.append(anchors_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "month": month,
                "holds": holds,
                "entities": entities,
                "entries": entries,
                "broken": broken,
                "anchors": anchors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.log_proof_anchors_item import LogProofAnchorsItem  # noqa: PLC0415
        from ..models.log_proof_broken_item import LogProofBrokenItem  # noqa: PLC0415

        d = dict(src_dict)
        month = d.pop("month")

        holds = d.pop("holds")

        entities = d.pop("entities")

        entries = d.pop("entries")

        broken = []
        _broken = d.pop("broken")
        for broken_item_data in _broken:
            broken_item = LogProofBrokenItem.from_dict(broken_item_data)

            broken.append(broken_item)

        anchors = []
        _anchors = d.pop("anchors")
        for anchors_item_data in _anchors:
            anchors_item = LogProofAnchorsItem.from_dict(anchors_item_data)

            anchors.append(anchors_item)

        log_proof = cls(
            month=month,
            holds=holds,
            entities=entities,
            entries=entries,
            broken=broken,
            anchors=anchors,
        )

        log_proof.additional_properties = d
        return log_proof

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
