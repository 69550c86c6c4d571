"""Scripts: what NTT will answer to a filing, on which business days, and with which faults on the way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from models.messages.carrier import Code, FilingStatus, LineId

JAPAN = ZoneInfo("Asia/Tokyo")

Fault = Literal["duplicate", "reorder", "reply_lost", "http_503", "slow"]

DAYS_MAX = 3650


def _offset(text: str) -> str:
    """Accept `"+N"` only: so many days after the filing."""
    if not text.startswith("+") or not text[1:].isascii() or not text[1:].isdigit() or int(text[1:]) > DAYS_MAX:
        raise ValueError(f'must be YYYY-MM-DD, or "+N" with N from 0 to {DAYS_MAX}')
    return text


DayOrOffset = date | Annotated[str, StringConstraints(max_length=10), AfterValidator(_offset)]
"""A day, or `"+14"`: so many days after the filing."""


class ScriptStep(BaseModel):
    """One answer of NTT: so many days after the filing, at the filing's time of day in Japan."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_days: int = Field(ge=0, le=DAYS_MAX)
    status: FilingStatus
    work_on: DayOrOffset | None = None
    opened_on: DayOrOffset | None = None
    """An `opened` step without it opens on its own day."""
    line_id: LineId | None = None
    service_type: Code | None = None
    defects: list[Code] | None = Field(default=None, max_length=50)
    reason: str | None = Field(default=None, max_length=2000)
    faults: list[Fault] = Field(default_factory=list, max_length=5)

    @model_validator(mode="after")
    def _type_change_names_the_type(self) -> Self:
        if self.status == "type_changed" and self.service_type is None:
            raise ValueError("a type_changed step must carry service_type")
        return self


class Script(BaseModel):
    """The steps in the order of their sequence numbers; an empty script never answers."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[ScriptStep, ...] = Field(max_length=200)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [step.after_days for step in self.steps]
        if days != sorted(days):
            raise ValueError('steps must stand in the order of after_days; use the fault "reorder" to swap two')
        return self

    def faults_of_filing(self) -> frozenset[Fault]:
        """The faults of the first step, which the POST of the filing itself meets too."""
        return frozenset(self.steps[0].faults) if self.steps else frozenset()

    def as_json(self) -> list[dict[str, object]]:
        """The steps as they are written in a script."""
        return [step.model_dump(mode="json", exclude_defaults=True) for step in self.steps]


DEFAULT_SCRIPT = Script(
    steps=(
        ScriptStep(after_days=1, status="accepted"),
        ScriptStep(after_days=3, status="date_adjusting"),
        ScriptStep(after_days=5, status="waiting_work", work_on="+14"),
        ScriptStep(after_days=14, status="opened"),
    )
)
"""A line that opens two weeks after the filing, with nothing going wrong."""


def due_at(filed_at: datetime, after_days: int) -> datetime:
    """So many Japan days after the filing, at the same time of day."""
    return filed_at.astimezone(JAPAN) + timedelta(days=after_days)


def day(value: date | str, filed_at: datetime) -> date:
    """The Japan day that a script's `work_on` or `opened_on` means for a filing."""
    if isinstance(value, str):
        return filed_at.astimezone(JAPAN).date() + timedelta(days=int(value.removeprefix("+")))
    return value
