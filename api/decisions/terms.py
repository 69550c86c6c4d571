"""What a call centre asks about the minimum term and the cancellation fee (article 12).

Pure answers of the rules; nothing is stored and Temporal is not asked.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, StrictBool

from api.decisions.answering import answered
from api.decisions.wakwak import Answer, CourseCode, Day
from api.wire.language import Spoken
from rules.charges import fee
from rules.contract import minimum_term

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MinimumTermOfApplication(_Question):
    """Which minimum term does a new contract have?"""

    applied_on: Day
    service_start_on: Day


class MinimumTermOfCourseChange(_Question):
    """Which minimum term does a contract have that comes by course change?"""

    applied_on: Day
    change_on: Day
    from_course: CourseCode
    carried_minimum_end_on: Day | None = None


class TerminationFeeQuestion(_Question):
    """What does it cost to end a contract? For a course change `ended_on` is the change date."""

    applied_on: Day
    minimum_term_end_on: Day | None
    ended_on: Day
    cause: Literal["cancellation", "termination", "course_change"]
    to_course: CourseCode | None = None
    initial_cancellation: StrictBool | None = None
    waiver: Literal["death", "line_name_change", "line_unusable"] | None = None


class MinimumTermShown(BaseModel):
    """Both days inclusive."""

    start_on: date
    end_on: date
    source: Literal["application", "course_change", "carried_from_collabo", "benefit"]


class MinimumTermAnswer(Answer):
    """With the term, null without one."""

    minimum_term: MinimumTermShown | None


class MoneyShown(BaseModel):
    """Yen: tax-exclusive, tax, both."""

    amount: int
    tax: int
    total: int


class CarriedShown(BaseModel):
    """Months that move to the next contract, from the month after the change."""

    months: int
    end_on: date


class TerminationFeeAnswer(Answer):
    """With the fee (suspended when `watched`, the default when `needs_operator`) and the months carried on."""

    fee: MoneyShown
    carried: CarriedShown | None


@router.post("/minimum-term", response_model=MinimumTermAnswer, summary="The minimum term of a contract")
def minimum_term_of(
    question: Annotated[
        MinimumTermOfApplication | MinimumTermOfCourseChange,
        Body(
            openapi_examples={
                "application": {
                    "summary": "a new contract, applied for on the last day with a term",
                    "value": {"applied_on": "2018-05-31", "service_start_on": "2018-06-12"},
                },
                "course change": {
                    "summary": "from 光コラボ, whose rest is taken over",
                    "value": {
                        "applied_on": "2018-07-01",
                        "change_on": "2018-07-10",
                        "from_course": "COLLABO",
                        "carried_minimum_end_on": "2019-08-31",
                    },
                },
            }
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """24 months for applications to 2018-05-31, none after; course changes have their own rules (W-12.1, W-12.2)."""
    if isinstance(question, MinimumTermOfApplication):
        return answered(
            "minimum-term",
            question,
            language,
            lambda: minimum_term.for_application(question.applied_on, question.service_start_on),
        )
    return answered(
        "minimum-term",
        question,
        language,
        lambda: minimum_term.for_course_change(
            question.applied_on, question.change_on, question.from_course, question.carried_minimum_end_on
        ),
    )


@router.post("/termination-fee", response_model=TerminationFeeAnswer, summary="The fee when a contract ends")
def termination_fee_of(
    question: Annotated[
        TerminationFeeQuestion,
        Body(
            openapi_examples={
                "cancellation": {
                    "summary": "cancelled inside the term, at 10% tax",
                    "value": {
                        "applied_on": "2018-04-20",
                        "minimum_term_end_on": "2020-04-30",
                        "ended_on": "2020-03-31",
                        "cause": "cancellation",
                    },
                },
                "course change": {
                    "summary": "to 光コラボ, which carries ten months on",
                    "value": {
                        "applied_on": "2017-10-20",
                        "minimum_term_end_on": "2019-10-31",
                        "ended_on": "2018-12-10",
                        "cause": "course_change",
                        "to_course": "COLLABO",
                        "initial_cancellation": False,
                        "waiver": None,
                    },
                },
            }
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """The consequences of ending inside the minimum term, reductions and waivers (W-12.3 to W-12.6)."""
    return answered(
        "termination-fee",
        question,
        language,
        lambda: fee.termination_fee(
            applied_on=question.applied_on,
            minimum_term_end_on=question.minimum_term_end_on,
            ended_on=question.ended_on,
            cause=question.cause,
            to_course=question.to_course,
            initial_cancellation=bool(question.initial_cancellation),
            waiver=question.waiver,
        ),
    )
