from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="MinimumTermOfApplication")


@_attrs_define
class MinimumTermOfApplication:
    """Which minimum term does a new contract have?

    Attributes:
        applied_on (datetime.date):
        service_start_on (datetime.date):
    """

    applied_on: datetime.date
    service_start_on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        applied_on = self.applied_on.isoformat()

        service_start_on = self.service_start_on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "applied_on": applied_on,
                "service_start_on": service_start_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        applied_on = datetime.date.fromisoformat(d.pop("applied_on"))

        service_start_on = datetime.date.fromisoformat(d.pop("service_start_on"))

        minimum_term_of_application = cls(
            applied_on=applied_on,
            service_start_on=service_start_on,
        )

        return minimum_term_of_application
