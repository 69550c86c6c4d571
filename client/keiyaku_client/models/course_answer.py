from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CourseAnswer")


@_attrs_define
class CourseAnswer:
    """With the code the contract is on, and whether that course is sold on the day.

    Attributes:
        outcome (str):
        effective_on (datetime.date | None):
        articles (list[str]):
        edition (None | str):
        detail (str):
        course (str):
        open_for_sale (bool):
    """

    outcome: str
    effective_on: datetime.date | None
    articles: list[str]
    edition: None | str
    detail: str
    course: str
    open_for_sale: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        outcome = self.outcome

        effective_on: None | str
        if isinstance(self.effective_on, datetime.date):
            effective_on = self.effective_on.isoformat()
        else:
            effective_on = self.effective_on

        articles = self.articles

        edition: None | str
        edition = self.edition

        detail = self.detail

        course = self.course

        open_for_sale = self.open_for_sale

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "outcome": outcome,
                "effective_on": effective_on,
                "articles": articles,
                "edition": edition,
                "detail": detail,
                "course": course,
                "open_for_sale": open_for_sale,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = d.pop("outcome")

        def _parse_effective_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                effective_on_type_0 = datetime.date.fromisoformat(data)

                return effective_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        effective_on = _parse_effective_on(d.pop("effective_on"))

        articles = cast(list[str], d.pop("articles"))

        def _parse_edition(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        edition = _parse_edition(d.pop("edition"))

        detail = d.pop("detail")

        course = d.pop("course")

        open_for_sale = d.pop("open_for_sale")

        course_answer = cls(
            outcome=outcome,
            effective_on=effective_on,
            articles=articles,
            edition=edition,
            detail=detail,
            course=course,
            open_for_sale=open_for_sale,
        )

        course_answer.additional_properties = d
        return course_answer

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
