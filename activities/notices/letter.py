"""What every letter is: its data by name and type, checked before a word is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NotRequired

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictInt
from typing_extensions import TypedDict

from activities.notices import wording
from rules.calendar import Month

Day = Annotated[date, BeforeValidator(wording.as_day)]
"""A date, `YYYY-MM-DD`, or a moment, which stands for its Japan day."""

MonthOf = Annotated[Month, BeforeValidator(wording.as_month)]
"""`YYYY-MM`."""

Points = StrictInt
Gigabytes = int | float | Decimal | str
"""Written as it is given."""


class Yen(TypedDict):
    """Money with its tax, yen."""

    amount: StrictInt
    total: StrictInt


Fee = Yen | StrictInt
"""With its tax, or a number of yen."""


class Term(TypedDict):
    """A minimum term; both days are inside."""

    start_on: Day
    end_on: Day


class Item(TypedDict):
    """One line of a statement."""

    code: str
    money: Fee


class Redated(TypedDict):
    """Points granted in a period, whose expiry was moved."""

    granted_from: Day
    granted_to: Day
    expires_on: Day
    original_expires_on: NotRequired[Day | None]


class RedatedLot(TypedDict):
    """One lot whose expiry was moved."""

    granted_on: Day
    points: Points
    original_expires_on: Day
    expires_on: Day


class Sent(TypedDict):
    """A letter that was sent before, as its decision sent it."""

    kind: str
    data: dict[str, Any]


class Agency(TypedDict):
    """Where payment on behalf stands, and since when."""

    state: str
    since: Day


class Letter(BaseModel):
    """The data of one letter; more than it names is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    EXAMPLE: ClassVar[Mapping[str, Any]]
    """Every value it can take, as a decision sends it."""

    reference: str | None = None
    """The contract number or member id."""

    def values(self) -> dict[str, Any]:
        """What the template reads, by name."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class WakwakLetter(Letter):
    """A letter to a contractor."""

    articles: list[str] = []
    """Requirement ids; where there are any they are cited instead of those the letter rests on."""
    chapter: int | None = 1


class ClubLetter(Letter):
    """A letter to a member of the club."""
