"""Every answer, what several subjects show, and what went wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Shown(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="allow")


class Money(Shown):
    """Yen."""

    amount: int
    tax: int
    total: int


class Task(Shown):
    """Something that waits for an operator."""

    why: str
    since: AwareDatetime
    articles: list[str]


class Ahead(Shown):
    """A dated thing ahead."""

    on: date
    event: str
    articles: list[str]
    undo_until: AwareDatetime | None


class Problem(Shown):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    articles: list[str]
    message: str | None = None
    """In Japanese, for the person in front of it."""


class Decided(Shown):
    """What was decided; a dry run says so and has changed nothing."""

    outcome: str
    effective_on: date | None
    articles: list[str]
    edition: str | None
    detail: str
    state: str
    dry_run: bool = False


class DecisionShown(Shown):
    """A decision inside another answer."""

    outcome: str
    effective_on: date | None
    articles: list[str]
    edition: str | None
    detail: str


class Begun(Shown):
    """What a request began; a dry run has no ids and answers 200."""

    state: str
    dry_run: bool = False


class PageOf(Shown):
    """A page of a list."""

    items: list[dict[str, Any]]
    next_cursor: str | None


class Awaiting(Shown):
    """A revision that waits for an operator's approval."""

    held_id: str
    event: str
    against: list[str]
    since: AwareDatetime
    actor: str
    on_behalf_of: str | None
    reason: str | None
    said: dict[str, Any] | None


class Entry(Shown):
    """One entry of a log."""

    seq: int
    event: str
    received_at: AwareDatetime
    recorded_at: AwareDatetime
    effective_on: date
    actor: str
    articles: list[str]
    edition: str | None
    voids: list[int]
    voided: bool


class EntryPage(Shown):
    """A log, ascending."""

    items: list[Entry]
    next_cursor: str | None


class Sent(Shown):
    """When each channel delivered."""

    email: AwareDatetime | None
    portal: AwareDatetime | None


class Notice(Shown):
    """A letter, what it is about, and when it was sent again."""

    notice_id: str
    entity_id: str
    kind: str
    subject: str
    body: str
    sent: Sent
    announced_at: AwareDatetime | None = None
    """When the start or change day it tells counted as announced: both letters were out (A-52)."""
    resent: list[dict[str, Any]]


class OneNotice(Notice):
    """A letter, and whose it is."""

    listed_with: str
    """Whose list of letters it is in: of a letter about an exchange the membership, otherwise what it is about."""


class NoticePage(Shown):
    """Letters."""

    items: list[Notice]
    next_cursor: str | None


class Imported(Shown):
    """What became of each line."""

    imported: int
    already: int
    refused: int
    lines: list[dict[str, Any]]
    dry_run: bool = False


class Explained(Shown):
    """Every decision of a life unfolded."""

    language: str
    decisions: list[dict[str, Any]]
