from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.course_switch_body_reason_code import (
    CourseSwitchBodyReasonCode,
    check_course_switch_body_reason_code,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CourseSwitchBody")


@_attrs_define
class CourseSwitchBody:
    """Article 4-2: the course that fits the line NTT answered with.

    Attributes:
        reason (str):
        to_course (str):
        reason_code (CourseSwitchBodyReasonCode | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
    """

    reason: str
    to_course: str
    reason_code: CourseSwitchBodyReasonCode | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        to_course = self.to_course

        reason_code: str | Unset = UNSET
        if not isinstance(self.reason_code, Unset):
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "to_course": to_course,
            }
        )
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        to_course = d.pop("to_course")

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: CourseSwitchBodyReasonCode | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_course_switch_body_reason_code(_reason_code)

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        course_switch_body = cls(
            reason=reason,
            to_course=to_course,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return course_switch_body
