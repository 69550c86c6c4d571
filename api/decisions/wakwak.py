"""What a call centre asks before there is a contract: cancellation, lines, courses (articles 4, 6, 10, 12-4, 19, 22).

Pure answers of the rules; nothing is stored and Temporal is not asked.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from api.decisions.answering import answered
from api.wire.language import Spoken
from models.texts.line_id import LineId
from rules.calendar import Month
from rules.contract import cancellation
from rules.courses import course
from rules.line import eligibility

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

_YEAR_MIN, _YEAR_MAX = 1900, 2999
"""Far outside anything the rules know, and far enough inside what a date can hold that adding to it never overflows."""


def _text(value: object) -> object:
    """Let only text be read as a day or a moment: pydantic would take a number as seconds since 1970."""
    if not isinstance(value, str):
        message = "write it as text"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns a ValueError, not a TypeError, into a refusal
    return value


def _sane(value: date) -> date:
    if not _YEAR_MIN <= value.year <= _YEAR_MAX:
        message = f"the year must be from {_YEAR_MIN} to {_YEAR_MAX}"
        raise ValueError(message)
    return value


def _iso_day(value: object) -> object:
    text = str(_text(value))
    if len(text) != len("YYYY-MM-DD"):
        message = "a date is written YYYY-MM-DD"
        raise ValueError(message)
    return value


def _iso_moment(value: object) -> object:
    if "T" not in str(_text(value)).upper():
        message = "a timestamp is written as in RFC 3339, with an offset"
        raise ValueError(message)
    return value


def _month(value: str) -> str:
    month = Month.parse(value)
    _sane(month.first_day)
    return value


Day = Annotated[date, BeforeValidator(_iso_day), AfterValidator(_sane)]
"""A Japan calendar day, `YYYY-MM-DD`."""
Moment = Annotated[AwareDatetime, BeforeValidator(_iso_moment), AfterValidator(_sane)]
"""RFC 3339 with an offset."""
MonthText = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$"), AfterValidator(_month)]
"""`YYYY-MM`."""
CourseCode = Annotated[str, Field(min_length=1, max_length=40)]


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CancellationDateQuestion(_Question):
    """When would a contract end if it were cancelled by this notice?"""

    channel: Annotated[str, Field(min_length=1, max_length=20, description="`paper` or `online`; no other is offered")]
    received_at: Moment
    wanted_month: MonthText | None = None


class LineFacts(_Question):
    """A line as in an application; its id is not needed."""

    operator: Literal["EAST", "WEST"]
    brand: Literal["B", "PREMIUM", "NEXT", "LIGHT"]
    service_type: Literal["FAMILY", "MANSION", "BUSINESS"]
    line_id: LineId | None = None
    holder_is_applicant: StrictBool = True
    billing: Annotated[list[Literal["GROUP_LUMP", "MY_BILLING", "AT_BILLING"]], Field(max_length=20)] = []
    discounts: Annotated[list[Literal["SCHOOL", "ATTO", "ZUTTO"]], Field(max_length=20)] = []
    zutto_months: Annotated[StrictInt, Field(ge=0, le=1200)] | None = None
    tax_exempt_embassy: StrictBool = False

    def facts(self) -> eligibility.Line:
        """What the rules read of it."""
        return eligibility.Line(
            carrier_area=self.operator,
            brand=self.brand,
            service_type=self.service_type,
            holder_is_applicant=self.holder_is_applicant,
            billing=tuple(self.billing),
            discounts=tuple(self.discounts),
            zutto_months=self.zutto_months,
            tax_exempt_embassy=self.tax_exempt_embassy,
        )


class EligibilityQuestion(_Question):
    """Could this line carry the service on that day?"""

    chapter: Annotated[StrictInt, Field(ge=1, le=2)]
    line: LineFacts
    on: Day


class CourseQuestion(_Question):
    """What is a contract on that course on that day?"""

    course: CourseCode
    on: Day


class InitialCancellationQuestion(_Question):
    """Was an initial cancellation sent in time?"""

    papers_received_on: Day
    dispatched_on: Day


class Answer(BaseModel):
    """A decision plus what the operation adds."""

    model_config = ConfigDict(extra="allow")

    outcome: str
    effective_on: date | None
    articles: list[str]
    edition: str | None
    detail: str


class EligibilityAnswer(Answer):
    """With all grounds, each once."""

    reasons: list[str]


class CourseAnswer(Answer):
    """With the code the contract is on, and whether that course is sold on the day."""

    course: str
    open_for_sale: bool


class InitialCancellationAnswer(Answer):
    """With the last day of the window, inclusive."""

    last_day: date


def _example(summary: str, value: dict[str, Any]) -> Any:
    return Body(openapi_examples={"example": {"summary": summary, "value": value}})


@router.post("/cancellation-date", response_model=Answer, summary="The day a cancellation takes effect")
def cancellation_date(
    question: Annotated[
        CancellationDateQuestion,
        _example(
            "arrived by post on the 26th",
            {"channel": "paper", "received_at": "2019-04-26T09:00:00+09:00", "wanted_month": "2019-05"},
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """The month end at which a contract ends (W-10.1 to W-10.7, W-22.1)."""
    wanted = None if question.wanted_month is None else Month.parse(question.wanted_month)
    return answered(
        "cancellation-date",
        question,
        language,
        lambda: cancellation.cancellation_date(question.channel, question.received_at, wanted),
    )


@router.post("/eligibility", response_model=EligibilityAnswer, summary="Whether a line can carry the service")
def line_eligibility(
    question: Annotated[
        EligibilityQuestion,
        _example(
            "an East line billed in one sum to a group, in chapter 2",
            {
                "chapter": 2,
                "line": {
                    "operator": "EAST",
                    "line_id": "CAF1234567890",
                    "brand": "NEXT",
                    "service_type": "FAMILY",
                    "holder_is_applicant": True,
                    "billing": ["GROUP_LUMP"],
                    "discounts": [],
                    "zutto_months": None,
                    "tax_exempt_embassy": False,
                },
                "on": "2018-05-20",
            },
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """All grounds of article 6 or 19 that exclude the line (W-06.1 to W-06.2d, W-19.1 to W-19.3)."""
    return answered(
        "eligibility",
        question,
        language,
        lambda: eligibility.eligibility(question.chapter, question.line.facts(), question.on),
    )


@router.post("/course", response_model=CourseAnswer, summary="What a course is on a day")
def course_on(
    question: Annotated[
        CourseQuestion,
        _example("a merged course", {"course": "W2_FAMILY_LIGHT", "on": "2017-06-01"}),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """The course after mergers and renames, and whether it is sold (W-C1.1 to W-C1.5, W-C2.1)."""
    return answered("course", question, language, lambda: course.course_on(question.course, question.on))


@router.post(
    "/initial-cancellation",
    response_model=InitialCancellationAnswer,
    summary="Whether an initial cancellation is in time",
)
def initial_cancellation(
    question: Annotated[
        InitialCancellationQuestion,
        _example("sent on day 8", {"papers_received_on": "2018-05-10", "dispatched_on": "2018-05-17"}),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """The 8 days from receipt of the contract papers (W-12.4, A-54)."""
    return answered(
        "initial-cancellation",
        question,
        language,
        lambda: cancellation.initial_cancellation(question.papers_received_on, question.dispatched_on),
    )
