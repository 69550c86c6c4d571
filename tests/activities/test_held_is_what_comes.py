"""What is said of a change that waits for an operator is what its approval then does, field by field (X-05)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from api.doors.dry_run import dry_decision, of_an_approval
from api.wire import spoken
from decisions.lists import LISTS
from decisions.registry import DOMAINS
from models.messages.contract.contract import workflow_id
from rules.explain.articles import Language
from store.log import entries
from tests.activities.statements.book import LINE, Book, at_now, written

NOW, LATER = "2019-05-20", "2019-05-20T11:00:00+09:00"

MORNING = "T08:00:00+09:00"

Asked = tuple[str, dict[str, Any]]


def letter(on: str) -> Asked:
    """A cancellation that arrived on a day."""
    return "cancel", {"channel": "paper", "received_at": on + MORNING}


def change(on: str, to_course: str, change_on: str) -> Asked:
    """An application for another course that arrived on a day."""
    said = {"to_course": to_course, "channel": "paper", "received_at": on + MORNING, "change_on": change_on}
    return "request_course_change", said


def corrected(event: str) -> Asked:
    """A record taken out, by its event."""
    return "correct", {"voids": event, "reason_code": "entry_error"}


def terminated(on: str) -> Asked:
    """An end by the company on a day."""
    return "terminate", {"effective_on": on, "reason_code": "other"}


def inside(book: Book, *recorded: tuple[str, Asked]) -> None:
    """A with フレッツ II contract in its minimum term; months until March are billed."""
    book.active("K1", "2018-05-20", "2018-06-12")
    book.issue("2019-03")
    after(book, *recorded)


def without(book: Book, *recorded: tuple[str, Asked]) -> None:
    """A with フレッツ contract, which has no minimum term; months until March are billed, and NTT's charges of one."""
    book.imported("K1", "2018-12-20", agency=True)
    book.record("K1", "take_line_charges", "2019-03-02", month="2019-02", items=[{"code": "FLETS", "amount": 5200}])
    for month in ("2019-02", "2019-03"):
        book.issue(month)
    after(book, *recorded)


def elsewhere(book: Book, *recorded: tuple[str, Asked]) -> None:
    """A contract of another book."""
    began = {"course": "OTHER", "applied_on": "2015-01-10", "service_start_on": "2015-02-01"}
    book.record("K1", "import", "2018-05-01", contract_id="K1", line=LINE, **began)
    after(book, *recorded)


def after(book: Book, *recorded: tuple[str, Asked]) -> None:
    """What was recorded since, each on its day, and what fell due by now; April is billed."""
    for on, (name, said) in recorded:
        book.record("K1", name, on, **said)
    book.timer("K1", "2019-05-10")
    book.issue("2019-04")


HELD: dict[str, tuple[Callable[..., None], list[tuple[str, Asked]], Asked]] = {
    "a letter from before a change": (
        inside, [("2019-04-10", change("2019-04-10", "DOCOMO", "2019-05-01"))], letter("2019-04-20"),
    ),
    "an end from before a change": (
        inside, [("2019-04-10", change("2019-04-10", "DOCOMO", "2019-05-01"))], terminated("2019-04-15"),
    ),
    "a change that was none": (
        inside, [("2019-04-10", change("2019-04-10", "DOCOMO", "2019-05-01"))], corrected("request_course_change"),
    ),
    "a letter that arrived earlier": (inside, [("2019-04-26", letter("2019-04-26"))], letter("2019-04-20")),
    "an end before the end": (inside, [("2019-04-10", letter("2019-04-10"))], terminated("2019-04-15")),
    "a waiver that was none": (
        inside,
        [("2019-04-20", letter("2019-04-20")), ("2019-04-22", ("waive", {"case": "death", "reason_code": "other"}))],
        corrected("waive"),
    ),
    "a letter on a contract without a term": (
        without, [("2019-04-10", change("2019-04-10", "DOCOMO", "2019-05-01"))], letter("2019-03-20"),
    ),
    "a letter that arrived earlier, without a term": (
        without, [("2019-04-26", letter("2019-04-26"))], letter("2019-03-20"),
    ),
    "an end from before a billed month": (without, [("2019-04-10", letter("2019-04-10"))], terminated("2019-02-10")),
    "a change into a term before an end": (
        elsewhere, [("2019-04-10", letter("2019-04-10"))], change("2018-05-20", "W2_FAMILY", "2018-06-01"),
    ),
}  # fmt: skip


def tried(book: Book, at: str, asked: Asked, language: Language | None = None) -> dict[str, Any]:
    """The answer of a dry run."""
    name, said = asked
    with Session(book.engine) as session:
        at_now(session, at)
        command = DOMAINS["contract"].commands[name].command.model_validate({"actor": "test", **said})
        answer = dry_decision(session, "contract", workflow_id("K1"), name, command, language)
        session.rollback()
    return answer.decision


def named(book: Book, asked: Asked) -> Asked:
    """With the number of the entry that is taken out."""
    name, said = asked
    if "voids" not in said:
        return asked
    with Session(book.engine) as session:
        log = entries(session, workflow_id("K1"))
    return name, {**said, "voids": next(each.seq for each in log if each.event == said["voids"])}


def without_ids(money: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What comes has an id only once it is recorded."""
    return [each if each["was"] else {**each, "charge_id": None} for each in money]


@pytest.mark.parametrize("case", HELD)
def test_what_waits_is_told_as_its_approval_does_it(book: Book, case: str) -> None:
    """Entries, money with sign and day, messages by number, the agenda, the decision and its sentence are the same."""
    begun, recorded, asked = HELD[case]
    begun(book, *recorded)
    asked = named(book, asked)
    shown, in_words = tried(book, NOW, asked), tried(book, NOW, asked, "ja")
    held = book.record("K1", asked[0], NOW, **asked[1]).answer
    assert held is not None
    assert held.decision["outcome"] == "needs_approval"
    assert {name: held.decision[name] for name in ("if_approved", *LISTS)} == {
        name: shown[name] for name in ("if_approved", *LISTS)
    }
    with Session(book.engine) as session:
        at_now(session, LATER)
        waits = partial(of_an_approval, session, "contract", workflow_id("K1"))
        said = spoken.recorded(
            session, workflow_id("K1"), entries(session, workflow_id("K1"))[-1].op, held, "ja", waits
        )
        session.rollback()
    assert {name: said.decision[name] for name in ("if_approved", "revises")} == {
        name: in_words[name] for name in ("if_approved", "revises")
    }
    approval = ("decide_revision", {"held_id": held.decision["held_id"], "accept": True, "reason_code": "other"})
    before, foreseen = written(book), tried(book, LATER, approval)
    done = book.record("K1", "decide_revision", LATER, **approval[1])
    assert done.answer is not None
    told = done.answer.decision
    assert foreseen["ahead"] == shown["ahead"]
    assert foreseen["money"] == told["money"]
    assert (shown["revises"], shown["tells"]) == (told["revises"], told["tells"])
    assert shown["money"] == without_ids(told["money"])
    own = {name: each for name, each in told.items() if name not in LISTS}
    assert {name: each for name, each in shown["if_approved"].items() if name in own} == own
    assert shown["if_approved"]["state"] == done.answer.state
    sent = [each for each in shown["tells"] if each["how"] == "sent"]
    assert written(book) - before == Counter({(each["what"], each["channel"]): each.get("times", 1) for each in sent})
    texts = [row[side]["detail"] for row in in_words["revises"] for side in ("was", "becomes") if row[side]]
    assert all("ました" in each for each in [*texts, in_words["if_approved"]["detail"]])
