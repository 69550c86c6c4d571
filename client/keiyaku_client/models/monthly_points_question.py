from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MonthlyPointsQuestion")


@_attrs_define
class MonthlyPointsQuestion:
    """What does a line earn for a month of use?

    Attributes:
        usage_month (str):
        service_type (str):
        years_of_use (int | None | Unset):
        in_use_through (datetime.date | None | Unset):
    """

    usage_month: str
    service_type: str
    years_of_use: int | None | Unset = UNSET
    in_use_through: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        usage_month = self.usage_month

        service_type = self.service_type

        years_of_use: int | None | Unset
        if isinstance(self.years_of_use, Unset):
            years_of_use = UNSET
        else:
            years_of_use = self.years_of_use

        in_use_through: None | str | Unset
        if isinstance(self.in_use_through, Unset):
            in_use_through = UNSET
        elif isinstance(self.in_use_through, datetime.date):
            in_use_through = self.in_use_through.isoformat()
        else:
            in_use_through = self.in_use_through

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "usage_month": usage_month,
                "service_type": service_type,
            }
        )
        if years_of_use is not UNSET:
            field_dict["years_of_use"] = years_of_use
        if in_use_through is not UNSET:
            field_dict["in_use_through"] = in_use_through

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        usage_month = d.pop("usage_month")

        service_type = d.pop("service_type")

        def _parse_years_of_use(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        years_of_use = _parse_years_of_use(d.pop("years_of_use", UNSET))

        def _parse_in_use_through(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                in_use_through_type_0 = datetime.date.fromisoformat(data)

                return in_use_through_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        in_use_through = _parse_in_use_through(d.pop("in_use_through", UNSET))

        monthly_points_question = cls(
            usage_month=usage_month,
            service_type=service_type,
            years_of_use=years_of_use,
            in_use_through=in_use_through,
        )

        return monthly_points_question
