from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MinimumTermOfCourseChange")


@_attrs_define
class MinimumTermOfCourseChange:
    """Which minimum term does a contract have that comes by course change?

    Attributes:
        applied_on (datetime.date):
        change_on (datetime.date):
        from_course (str):
        carried_minimum_end_on (datetime.date | None | Unset):
    """

    applied_on: datetime.date
    change_on: datetime.date
    from_course: str
    carried_minimum_end_on: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        applied_on = self.applied_on.isoformat()

        change_on = self.change_on.isoformat()

        from_course = self.from_course

        carried_minimum_end_on: None | str | Unset
        if isinstance(self.carried_minimum_end_on, Unset):
            carried_minimum_end_on = UNSET
        elif isinstance(self.carried_minimum_end_on, datetime.date):
            carried_minimum_end_on = self.carried_minimum_end_on.isoformat()
        else:
            carried_minimum_end_on = self.carried_minimum_end_on

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "applied_on": applied_on,
                "change_on": change_on,
                "from_course": from_course,
            }
        )
        if carried_minimum_end_on is not UNSET:
            field_dict["carried_minimum_end_on"] = carried_minimum_end_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        applied_on = datetime.date.fromisoformat(d.pop("applied_on"))

        change_on = datetime.date.fromisoformat(d.pop("change_on"))

        from_course = d.pop("from_course")

        def _parse_carried_minimum_end_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                carried_minimum_end_on_type_0 = datetime.date.fromisoformat(data)

                return carried_minimum_end_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        carried_minimum_end_on = _parse_carried_minimum_end_on(d.pop("carried_minimum_end_on", UNSET))

        minimum_term_of_course_change = cls(
            applied_on=applied_on,
            change_on=change_on,
            from_course=from_course,
            carried_minimum_end_on=carried_minimum_end_on,
        )

        return minimum_term_of_course_change
