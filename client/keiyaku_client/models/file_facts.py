from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="FileFacts")


@_attrs_define
class FileFacts:
    """One stored file.

    Attributes:
        id (str):
        stored_at (datetime.datetime):
        gb (float | str):
    """

    id: str
    stored_at: datetime.datetime
    gb: float | str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        stored_at = self.stored_at.isoformat()

        gb: float | str
        gb = self.gb

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "stored_at": stored_at,
                "gb": gb,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        stored_at = datetime.datetime.fromisoformat(d.pop("stored_at"))

        def _parse_gb(data: object) -> float | str:
            return cast(float | str, data)

        gb = _parse_gb(d.pop("gb"))

        file_facts = cls(
            id=id,
            stored_at=stored_at,
            gb=gb,
        )

        return file_facts
