from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.course_change_decision_body_reason_code import (
    CourseChangeDecisionBodyReasonCode,
    check_course_change_decision_body_reason_code,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CourseChangeDecisionBody")


@_attrs_define
class CourseChangeDecisionBody:
    """Whether an operator accepts after the holder test (W-07.1).

    Attributes:
        reason (str):
        accept (bool):
        reason_code (CourseChangeDecisionBodyReasonCode | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
    """

    reason: str
    accept: bool
    reason_code: CourseChangeDecisionBodyReasonCode | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        accept = self.accept

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
                "accept": accept,
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

        accept = d.pop("accept")

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: CourseChangeDecisionBodyReasonCode | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_course_change_decision_body_reason_code(_reason_code)

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        course_change_decision_body = cls(
            reason=reason,
            accept=accept,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return course_change_decision_body
