from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DraftBody")


@_attrs_define
class DraftBody:
    """What is wanted.

    Attributes:
        item_id (str):
        quantity (int | Unset):  Default: 1.
    """

    item_id: str
    quantity: int | Unset = 1

    def to_dict(self) -> dict[str, Any]:
        item_id = self.item_id

        quantity = self.quantity

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "item_id": item_id,
            }
        )
        if quantity is not UNSET:
            field_dict["quantity"] = quantity

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        item_id = d.pop("item_id")

        quantity = d.pop("quantity", UNSET)

        draft_body = cls(
            item_id=item_id,
            quantity=quantity,
        )

        return draft_body
