from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="CourseQuestion")


@_attrs_define
class CourseQuestion:
    """What is a contract on that course on that day?

    Attributes:
        course (str):
        on (datetime.date):
    """

    course: str
    on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        course = self.course

        on = self.on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "course": course,
                "on": on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        course = d.pop("course")

        on = datetime.date.fromisoformat(d.pop("on"))

        course_question = cls(
            course=course,
            on=on,
        )

        return course_question
