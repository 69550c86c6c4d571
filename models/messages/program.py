"""A programme: set-based runs by the calendar. Its messages and its id."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from models.messages.entity import AgendaItem, Command, EntityState, Message

WORKFLOW = "ProgramWorkflow"

WAKWAK_BILLING = "wakwak-billing"
"""Monthly statements of WAKWAK contracts, and what follows when one is not paid."""

ISSUE_STATEMENTS = "issue_statements"
"""The run, and the activity, that issues the statements of a month."""
CHECK_OVERDUE = "check_overdue"
"""The run, and the activity, that looks at due dates that have passed."""

FLETS_CLUB = "flets-hikari-members-club"
"""フレッツ光メンバーズクラブ: its points, its reminders and its wind-down."""

BOOK_MONTHLY_POINTS = "book_monthly_points"
"""The run, and the activity, that books the points of a usage month (M-02)."""
EXPIRE_POINTS = "expire_points"
"""The run, and the activity, that lapses what was usable through a day (M-04)."""
REMIND_EXPIRING = "remind_expiring"
"""The run, and the activity, that reminds members of points about to lapse."""
ANNOUNCE_WIND_DOWN = "announce_wind_down"
"""The run, and the activity, that re-dates lots and tells every open membership of the plan (M-04.4, M-08.4)."""
WAKE_MEMBERSHIPS = "wake_memberships"
"""The run, and the activity, that tells workflows what the announcement recorded for them."""
ADVISE_END = "advise_end"
"""The run, and the activity, that asks members to save their data before the programme ends (M-07.6)."""
ADVISE_REVERSION = "advise_reversion"
"""The run, and the activity, that warns those whose capacity is about to revert (M-07.6)."""

END_MEMBERSHIPS = "end_memberships"
"""The run, and the activity, that ends every plain membership when the programme is over (M-07.1)."""
WAKE_ENDED = "wake_ended"
"""The run, and the activity, that tells workflows that the programme has ended their memberships."""


def workflow_id(code: str) -> str:
    """`program/{code}`."""
    return f"program/{code}"


class BeginProgram(Command):
    """The programme's first moment: its first run is the one of the month it lies in."""

    code: str = ""
    plan: dict[str, Any] = Field(default_factory=dict)
    """What a programme's runs are parametrised by; read by its schedule."""


class ReplacePlan(Command):
    """Another plan by which the club ends, before the present one takes effect (M-08.4)."""

    plan: dict[str, Any]
    """As `rules.club.program.Plan.as_json` writes it."""


class ProgramInput(Message):
    """Starts a programme, or continues it."""

    code: str
    begin: BeginProgram | None = None
    offset_s: float | None = None
    """Business time minus this execution's clock, in seconds; None: asked of the database."""
    state: dict[str, Any] | None = None
    """Carried over by continue-as-new."""
    done: list[str] = Field(default_factory=list)
    """Operation ids answered by earlier runs, the latest last."""


class RunDone(Message):
    """What one run did."""

    period: str
    """What it was for: a month, or the day of a check."""
    counts: dict[str, int] = Field(default_factory=dict)


class ProgramState(EntityState):
    """The folded state of one programme."""

    state: str = "running"
    code: str = ""
    plan: dict[str, Any] = Field(default_factory=dict)
    runs: dict[str, RunDone] = Field(default_factory=dict)
    """Event → the latest run of it; the earlier ones are in the log."""
    held: list[AgendaItem] = Field(default_factory=list)
    """While paused: the scheduled items, put back on resuming."""
