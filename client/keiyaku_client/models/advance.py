from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Advance")


@_attrs_define
class Advance:
    """Where to move; a date means its 00:00 in Japan.

    Attributes:
        to (datetime.date | datetime.datetime):
    """

    to: datetime.date | datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        to: str
        if isinstance(self.to, datetime.datetime):
            to = self.to.isoformat()
        else:
            to = self.to.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to": to,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_to(data: object) -> datetime.date | datetime.datetime:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                to_type_0 = datetime.datetime.fromisoformat(data)

                return to_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            to_type_1 = datetime.date.fromisoformat(data)

            return to_type_1

        to = _parse_to(d.pop("to"))

        advance = cls(
            to=to,
        )

        return advance
