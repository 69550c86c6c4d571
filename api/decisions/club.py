"""What a call centre asks about フレッツ光メンバーズクラブ: joining, points, bonus, storage (M-02 to M-07).

Pure answers of the rules under the plan of the notice; nothing is stored and Temporal is not asked.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Body
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, model_validator

from api.decisions.answering import answered
from api.decisions.wakwak import Answer, Day, Moment, MonthText
from api.doors.fields import one_line
from api.wire.language import Spoken
from rules.calendar import Month
from rules.club import grants, points, registration, renewal, storage

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

_POINTS_MAX = 10_000_000
_ROWS_MAX = 10_000


def _number(value: object) -> object:
    """Let only JSON numbers be read as a size: neither text nor `true`."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        message = "write it as a number"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns a ValueError, not a TypeError, into a refusal
    return value


Gigabytes = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=1_000_000)]
"""GB, as a decimal so that sums are exact."""
Id = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(one_line)]


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RegistrationQuestion(_Question):
    """Would this application for membership be accepted?"""

    applied_at: Moment
    operator: Literal["EAST", "WEST"]
    customer: Literal["INDIVIDUAL", "CORPORATE"]


class MonthlyPointsQuestion(_Question):
    """What does a line earn for a month of use?"""

    usage_month: MonthText
    service_type: Annotated[str, Field(min_length=1, max_length=40)]
    years_of_use: Annotated[StrictInt, Field(ge=1, le=200)] | None = None
    """The running year of use, 1 for the first; left out, the first counts."""
    in_use_through: Day | None = None
    """The last day of use; null while the line is in use."""


class RenewalBonusQuestion(_Question):
    """Does a renewal of にねん割 earn the bonus?"""

    term_end_month: MonthText
    service_class: Literal["FAMILY", "MANSION"]
    registered_on: Day
    ninen_wari_cancelled_on: Day | None = None
    in_use_through: Day | None = None


class PointsExpiryQuestion(_Question):
    """Until when are points granted on a day usable?"""

    granted_on: Day
    on: Day | None = None
    """The day whose rules count; left out, the rules as known after the announcement."""


class LotFacts(_Question):
    """Points of one grant that are still there."""

    id: Id
    granted_on: Day
    points: Annotated[StrictInt, Field(ge=0, le=_POINTS_MAX)]


class SpendQuestion(_Question):
    """From which lots would points be taken on a day?"""

    lots: Annotated[list[LotFacts], Field(max_length=_ROWS_MAX)]
    points: Annotated[StrictInt, Field(ge=1, le=_POINTS_MAX)]
    on: Day

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if len({lot.id for lot in self.lots}) != len(self.lots):
            message = "every lot needs an id of its own"
            raise ValueError(message)
        return self


class FileFacts(_Question):
    """One stored file."""

    id: Id
    stored_at: Moment
    gb: Gigabytes


class StorageReversionQuestion(_Question):
    """What happens to the storage of a member whose membership ends on a day?"""

    ended_on: Day
    services: Annotated[list[storage.SupportService], Field(max_length=10)] | None = None
    """Support services in use on the reversion day."""
    capacity_gb: Gigabytes | None = None
    """The storage plan without the 5 GB; left out, the free plan."""
    files: Annotated[list[FileFacts], Field(max_length=_ROWS_MAX)] | None = None

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        files = self.files or []
        if len({file.id for file in files}) != len(files):
            message = "every file needs an id of its own"
            raise ValueError(message)
        return self


class RegistrationAnswer(Answer):
    """With the grounds of a refusal, the first one also as `reason`."""

    reason: str | None
    reasons: list[str]


class MonthlyPointsAnswer(Answer):
    """With the points, 0 when there are none, and the month in which they are booked."""

    points: int
    booking_month: str
    reason: str | None


class RenewalBonusAnswer(Answer):
    """With the renewal months as `from` and `to`, both inclusive, and the last day for booking."""

    points: int
    window: dict[Literal["from", "to"], date]
    book_by: date
    reasons: list[str]


class PointsExpiryAnswer(Answer):
    """With the last usable day now and by the fiscal-year pattern alone."""

    expires_on: date
    original_expires_on: date
    redated: bool


class UseAnswer(BaseModel):
    """Points taken from one lot."""

    id: str
    points: int


class SpendAnswer(Answer):
    """With what is taken from which lot, in order, and what remains usable that day."""

    uses: list[UseAnswer]
    balance_after: int


class StorageReversionAnswer(Answer):
    """With the days of the perk and the files to delete, in order of deletion."""

    perk_off_on: date
    reverts_on: date | None
    advise_by: date | None
    deletes: list[str]


def _example(summary: str, value: dict[str, Any]) -> Any:
    return Body(openapi_examples={"example": {"summary": summary, "value": value}})


@router.post("/registration", response_model=RegistrationAnswer, summary="Whether an application to join is accepted")
def register(
    question: Annotated[
        RegistrationQuestion,
        _example(
            "in the last minute",
            {"applied_at": "2023-09-30T23:59:00+09:00", "operator": "EAST", "customer": "INDIVIDUAL"},
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """`accepted` or `refused` by the moment of the application (M-06.1, M-01.1, M-12.1)."""
    return answered(
        "registration",
        question,
        language,
        lambda: registration.registration(
            question.applied_at,
            registration.CarrierArea(question.operator),
            registration.Customer(question.customer),
        ),
    )


@router.post("/monthly-points", response_model=MonthlyPointsAnswer, summary="What a month of use earns")
def monthly_points(
    question: Annotated[
        MonthlyPointsQuestion,
        _example(
            "the last month that earns points",
            {"usage_month": "2023-11", "service_type": "NEXT_FAMILY", "years_of_use": 3, "in_use_through": None},
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """`granted` or `none` (M-02.1 to M-02.5); an unknown service type is refused."""
    return answered(
        "monthly-points",
        question,
        language,
        lambda: grants.monthly_points(
            Month.parse(question.usage_month),
            question.service_type,
            years_of_use=question.years_of_use,
            in_use_through=question.in_use_through,
        ),
    )


@router.post("/renewal-bonus", response_model=RenewalBonusAnswer, summary="Whether a にねん割 renewal earns the bonus")
def renewal_bonus(
    question: Annotated[
        RenewalBonusQuestion,
        _example(
            "the last cohort",
            {"term_end_month": "2023-09", "service_class": "FAMILY", "registered_on": "2021-10-02"},
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """`due`, `disqualified` or `after_last_cohort`, which wins (M-03.1 to M-03.8)."""
    return answered(
        "renewal-bonus",
        question,
        language,
        lambda: renewal.renewal_bonus(
            Month.parse(question.term_end_month),
            renewal.ServiceClass(question.service_class),
            question.registered_on,
            ninen_wari_cancelled_on=question.ninen_wari_cancelled_on,
            in_use_through=question.in_use_through,
        ),
    )


@router.post("/points-expiry", response_model=PointsExpiryAnswer, summary="Until when points are usable")
def points_expiry(
    question: Annotated[
        PointsExpiryQuestion,
        _example("re-dated from 2026-03-31", {"granted_on": "2023-04-01", "on": "2023-07-01"}),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """`valid` or, after the last usable day, `expired`, as the rules stand on `on` (M-04.1 to M-04.5)."""
    return answered("points-expiry", question, language, lambda: points.points_expiry(question.granted_on, question.on))


@router.post("/spend", response_model=SpendAnswer, summary="From which lots points are taken")
def spend(
    question: Annotated[
        SpendQuestion,
        _example(
            "across two fiscal years",
            {
                "lots": [
                    {"id": "b", "granted_on": "2022-05-10", "points": 900},
                    {"id": "a", "granted_on": "2021-05-10", "points": 1200},
                ],
                "points": 1500,
                "on": "2024-03-31",
            },
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """`spent`, earliest expiry first; beyond the balance it is refused as `INSUFFICIENT_POINTS` (M-04.6)."""
    lots = [points.Lot(lot.id, lot.granted_on, lot.points, lot.points) for lot in question.lots]
    return answered("spend", question, language, lambda: points.spend_decision(lots, question.points, question.on))


@router.post("/storage-reversion", response_model=StorageReversionAnswer, summary="When storage shrinks, and what goes")
def storage_reversion(
    question: Annotated[
        StorageReversionQuestion,
        _example(
            "at the programme end",
            {
                "ended_on": "2025-03-31",
                "services": [],
                "capacity_gb": 5,
                "files": [
                    {"id": "old", "stored_at": "2020-01-01T09:00:00+09:00", "gb": 3.5},
                    {"id": "new", "stored_at": "2024-01-01T09:00:00+09:00", "gb": 4.8},
                ],
            },
        ),
    ],
    language: Spoken,
) -> dict[str, Any]:
    """`reverts` at the end of the month after, or `exempt` by a support service (M-07.3 to M-07.7)."""
    return answered(
        "storage-reversion",
        question,
        language,
        lambda: storage.storage_reversion(
            question.ended_on,
            services=question.services or (),
            plan_gb=question.capacity_gb,
            files=[storage.StoredFile(file.id, file.stored_at, file.gb) for file in question.files or ()],
        ),
    )
