from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.termination_fee_question_cause import (
    TerminationFeeQuestionCause,
    check_termination_fee_question_cause,
)
from ..models.termination_fee_question_waiver_type_0 import (
    TerminationFeeQuestionWaiverType0,
    check_termination_fee_question_waiver_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="TerminationFeeQuestion")


@_attrs_define
class TerminationFeeQuestion:
    """What does it cost to end a contract? For a course change `ended_on` is the change date.

    Attributes:
        applied_on (datetime.date):
        minimum_term_end_on (datetime.date | None):
        ended_on (datetime.date):
        cause (TerminationFeeQuestionCause):
        to_course (None | str | Unset):
        initial_cancellation (bool | None | Unset):
        waiver (None | TerminationFeeQuestionWaiverType0 | Unset):
    """

    applied_on: datetime.date
    minimum_term_end_on: datetime.date | None
    ended_on: datetime.date
    cause: TerminationFeeQuestionCause
    to_course: None | str | Unset = UNSET
    initial_cancellation: bool | None | Unset = UNSET
    waiver: None | TerminationFeeQuestionWaiverType0 | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        applied_on = self.applied_on.isoformat()

        minimum_term_end_on: None | str
        if isinstance(self.minimum_term_end_on, datetime.date):
            minimum_term_end_on = self.minimum_term_end_on.isoformat()
        else:
            minimum_term_end_on = self.minimum_term_end_on

        ended_on = self.ended_on.isoformat()

        cause: str = self.cause

        to_course: None | str | Unset
        if isinstance(self.to_course, Unset):
            to_course = UNSET
        else:
            to_course = self.to_course

        initial_cancellation: bool | None | Unset
        if isinstance(self.initial_cancellation, Unset):
            initial_cancellation = UNSET
        else:
            initial_cancellation = self.initial_cancellation

        waiver: None | str | Unset
        if isinstance(self.waiver, Unset):
            waiver = UNSET
        elif isinstance(self.waiver, str):
            waiver = self.waiver
        else:
            waiver = self.waiver

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "applied_on": applied_on,
                "minimum_term_end_on": minimum_term_end_on,
                "ended_on": ended_on,
                "cause": cause,
            }
        )
        if to_course is not UNSET:
            field_dict["to_course"] = to_course
        if initial_cancellation is not UNSET:
            field_dict["initial_cancellation"] = initial_cancellation
        if waiver is not UNSET:
            field_dict["waiver"] = waiver

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        applied_on = datetime.date.fromisoformat(d.pop("applied_on"))

        def _parse_minimum_term_end_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                minimum_term_end_on_type_0 = datetime.date.fromisoformat(data)

                return minimum_term_end_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        minimum_term_end_on = _parse_minimum_term_end_on(d.pop("minimum_term_end_on"))

        ended_on = datetime.date.fromisoformat(d.pop("ended_on"))

        cause = check_termination_fee_question_cause(d.pop("cause"))

        def _parse_to_course(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        to_course = _parse_to_course(d.pop("to_course", UNSET))

        def _parse_initial_cancellation(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        initial_cancellation = _parse_initial_cancellation(d.pop("initial_cancellation", UNSET))

        def _parse_waiver(data: object) -> None | TerminationFeeQuestionWaiverType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                waiver_type_0 = check_termination_fee_question_waiver_type_0(data)

                return waiver_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TerminationFeeQuestionWaiverType0 | Unset, data)

        waiver = _parse_waiver(d.pop("waiver", UNSET))

        termination_fee_question = cls(
            applied_on=applied_on,
            minimum_term_end_on=minimum_term_end_on,
            ended_on=ended_on,
            cause=cause,
            to_course=to_course,
            initial_cancellation=initial_cancellation,
            waiver=waiver,
        )

        return termination_fee_question
