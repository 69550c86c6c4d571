from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.choice_body_choice import ChoiceBodyChoice, check_choice_body_choice
from ..models.choice_body_reason_code_type_0 import (
    ChoiceBodyReasonCodeType0,
    check_choice_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChoiceBody")


@_attrs_define
class ChoiceBody:
    """What the contractor chose (articles 11 and 23).

    Attributes:
        choice (ChoiceBodyChoice):
        received_at (datetime.datetime):
        reason (None | str | Unset):
        reason_code (ChoiceBodyReasonCodeType0 | None | Unset):
        on_behalf_of (None | str | Unset):
        to_course (None | str | Unset):
        holder_is_applicant (bool | None | Unset):
        change_on (datetime.date | None | Unset):
    """

    choice: ChoiceBodyChoice
    received_at: datetime.datetime
    reason: None | str | Unset = UNSET
    reason_code: ChoiceBodyReasonCodeType0 | None | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET
    to_course: None | str | Unset = UNSET
    holder_is_applicant: bool | None | Unset = UNSET
    change_on: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        choice: str = self.choice

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

        to_course: None | str | Unset
        if isinstance(self.to_course, Unset):
            to_course = UNSET
        else:
            to_course = self.to_course

        holder_is_applicant: bool | None | Unset
        if isinstance(self.holder_is_applicant, Unset):
            holder_is_applicant = UNSET
        else:
            holder_is_applicant = self.holder_is_applicant

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
                "choice": choice,
                "received_at": received_at,
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
        if holder_is_applicant is not UNSET:
            field_dict["holder_is_applicant"] = holder_is_applicant
        if change_on is not UNSET:
            field_dict["change_on"] = change_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        choice = check_choice_body_choice(d.pop("choice"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> ChoiceBodyReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_choice_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChoiceBodyReasonCodeType0 | None | Unset, data)

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

        def _parse_holder_is_applicant(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        holder_is_applicant = _parse_holder_is_applicant(d.pop("holder_is_applicant", UNSET))

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

        choice_body = cls(
            choice=choice,
            received_at=received_at,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            to_course=to_course,
            holder_is_applicant=holder_is_applicant,
            change_on=change_on,
        )

        return choice_body
