from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ConsentsBody")


@_attrs_define
class ConsentsBody:
    """The editions agreed to; all three are needed (W-05.1).

    Attributes:
        general_terms (str):
        course_terms (str):
        carrier_terms (str):
    """

    general_terms: str
    course_terms: str
    carrier_terms: str

    def to_dict(self) -> dict[str, Any]:
        general_terms = self.general_terms

        course_terms = self.course_terms

        carrier_terms = self.carrier_terms

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "general_terms": general_terms,
                "course_terms": course_terms,
                "carrier_terms": carrier_terms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        general_terms = d.pop("general_terms")

        course_terms = d.pop("course_terms")

        carrier_terms = d.pop("carrier_terms")

        consents_body = cls(
            general_terms=general_terms,
            course_terms=course_terms,
            carrier_terms=carrier_terms,
        )

        return consents_body
