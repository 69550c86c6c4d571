from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="RedatedBody")


@_attrs_define
class RedatedBody:
    """Lots granted in these days, both inclusive, get another last usable day (M-04.4).

    Attributes:
        granted_from (datetime.date):
        granted_to (datetime.date):
        expires_on (datetime.date):
    """

    granted_from: datetime.date
    granted_to: datetime.date
    expires_on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        granted_from = self.granted_from.isoformat()

        granted_to = self.granted_to.isoformat()

        expires_on = self.expires_on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "granted_from": granted_from,
                "granted_to": granted_to,
                "expires_on": expires_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        granted_from = datetime.date.fromisoformat(d.pop("granted_from"))

        granted_to = datetime.date.fromisoformat(d.pop("granted_to"))

        expires_on = datetime.date.fromisoformat(d.pop("expires_on"))

        redated_body = cls(
            granted_from=granted_from,
            granted_to=granted_to,
            expires_on=expires_on,
        )

        return redated_body
