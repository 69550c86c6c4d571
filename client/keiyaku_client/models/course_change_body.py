from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.course_change_body_reason_code_type_0 import (
    CourseChangeBodyReasonCodeType0,
    check_course_change_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CourseChangeBody")


@_attrs_define
class CourseChangeBody:
    """An application for another course; without `change_on` it takes effect on the 1st after acceptance.

    Attributes:
        to_course (str):
        channel (str):
        received_at (datetime.datetime):
        reason (None | str | Unset):
        reason_code (CourseChangeBodyReasonCodeType0 | None | Unset):
        on_behalf_of (None | str | Unset):
        change_on (datetime.date | None | Unset):
    """

    to_course: str
    channel: str
    received_at: datetime.datetime
    reason: None | str | Unset = UNSET
    reason_code: CourseChangeBodyReasonCodeType0 | None | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET
    change_on: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        to_course = self.to_course

        channel = self.channel

        received_at = self.received_at.isoformat()

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        reason_code: None | str | Unset
        if isinstance(self.reason_code, Unset):
            reason_code = UNSET
        elif isinstance(self.reason_code, str):
            reason_code = self.reason_code
        else:
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        change_on: None | str | Unset
        if isinstance(self.change_on, Unset):
            change_on = UNSET
        elif isinstance(self.change_on, datetime.date):
            change_on = self.change_on.isoformat()
        else:
            change_on = self.change_on

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to_course": to_course,
                "channel": channel,
                "received_at": received_at,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of
        if change_on is not UNSET:
            field_dict["change_on"] = change_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        to_course = d.pop("to_course")

        channel = d.pop("channel")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> CourseChangeBodyReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_course_change_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CourseChangeBodyReasonCodeType0 | None | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        def _parse_change_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                change_on_type_0 = datetime.date.fromisoformat(data)

                return change_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        change_on = _parse_change_on(d.pop("change_on", UNSET))

        course_change_body = cls(
            to_course=to_course,
            channel=channel,
            received_at=received_at,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            change_on=change_on,
        )

        return course_change_body
