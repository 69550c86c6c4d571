from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.rollout_body_kind import RolloutBodyKind, check_rollout_body_kind
from ..models.rollout_body_reason_code_type_0 import (
    RolloutBodyReasonCodeType0,
    check_rollout_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RolloutBody")


@_attrs_define
class RolloutBody:
    """A change of many contracts; `notice` is the text put out to contractors.

    Attributes:
        kind (RolloutBodyKind):
        courses (list[str]):
        announced_on (datetime.date):
        effective_on (datetime.date):
        notice (str):
        reason (None | str | Unset):
        reason_code (None | RolloutBodyReasonCodeType0 | Unset):
        on_behalf_of (None | str | Unset):
        to_course (None | str | Unset):
    """

    kind: RolloutBodyKind
    courses: list[str]
    announced_on: datetime.date
    effective_on: datetime.date
    notice: str
    reason: None | str | Unset = UNSET
    reason_code: None | RolloutBodyReasonCodeType0 | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET
    to_course: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        courses = self.courses

        announced_on = self.announced_on.isoformat()

        effective_on = self.effective_on.isoformat()

        notice = self.notice

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

        to_course: None | str | Unset
        if isinstance(self.to_course, Unset):
            to_course = UNSET
        else:
            to_course = self.to_course

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "courses": courses,
                "announced_on": announced_on,
                "effective_on": effective_on,
                "notice": notice,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of
        if to_course is not UNSET:
            field_dict["to_course"] = to_course

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_rollout_body_kind(d.pop("kind"))

        courses = cast(list[str], d.pop("courses"))

        announced_on = datetime.date.fromisoformat(d.pop("announced_on"))

        effective_on = datetime.date.fromisoformat(d.pop("effective_on"))

        notice = d.pop("notice")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> None | RolloutBodyReasonCodeType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_rollout_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RolloutBodyReasonCodeType0 | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        def _parse_to_course(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        to_course = _parse_to_course(d.pop("to_course", UNSET))

        rollout_body = cls(
            kind=kind,
            courses=courses,
            announced_on=announced_on,
            effective_on=effective_on,
            notice=notice,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            to_course=to_course,
        )

        return rollout_body
