from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PointsExpiryQuestion")


@_attrs_define
class PointsExpiryQuestion:
    """Until when are points granted on a day usable?

    Attributes:
        granted_on (datetime.date):
        on (datetime.date | None | Unset):
    """

    granted_on: datetime.date
    on: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        granted_on = self.granted_on.isoformat()

        on: None | str | Unset
        if isinstance(self.on, Unset):
            on = UNSET
        elif isinstance(self.on, datetime.date):
            on = self.on.isoformat()
        else:
            on = self.on

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "granted_on": granted_on,
            }
        )
        if on is not UNSET:
            field_dict["on"] = on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        granted_on = datetime.date.fromisoformat(d.pop("granted_on"))

        def _parse_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                on_type_0 = datetime.date.fromisoformat(data)

                return on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        on = _parse_on(d.pop("on", UNSET))

        points_expiry_question = cls(
            granted_on=granted_on,
            on=on,
        )

        return points_expiry_question
