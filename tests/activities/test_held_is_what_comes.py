"""What is said of a change that waits for an operator is what its approval then does, field by field (X-05)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest
from sqlmodel import Session
from temporalio.client import Client

from activities.billing.runs import awaiting_approval
from activities.defects import lay_out_anew
from activities.mass.command import MassCommand
from activities.record import Recorder
from activities.rows.contract import ContractRows
from api.doors import dry_run
from api.doors.dry_run import dry_decision, of_an_approval
from api.doors.problems import Problem
from api.wire import spoken
from decisions.lists import LISTS
from decisions.registry import DOMAINS
from decisions.revise import differences
from models.messages.contract.contract import workflow_id
from models.messages.entity import Answer, Recorded, RecordRequest
from rules.explain.articles import Language
from store.facts.looked_up import standing
from store.log import entries
from tests.activities.statements.book import LINE, Book, at_now, moment, written

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


def _broken(kind: str = "contract") -> dict[str, Any]:
    """The domains, with a defect in every letter that counts once it is approved."""
    domain = DOMAINS[kind]
    cancel = domain.commands["cancel"]

    def decide(state: Any, command: Any, context: Any) -> Any:
        if str(command.op).startswith("held/"):
            raise KeyError("owed")
        return cancel.decide(state, command, context)

    return {**DOMAINS, kind: replace(domain, commands={**domain.commands, "cancel": replace(cancel, decide=decide)})}


def _asked(book: Book, at: str, name: str | None, **said: Any) -> Recorded:
    """As the workflow asks: a defect is noted, not raised; without a name, what is due by then."""
    with Session(book.engine) as session, session.begin():
        at_now(session, at)
    made = {"op": f"{name}/{at}", "at": moment(at).isoformat(), "actor": "test", **said} if name else {}
    request = RecordRequest(
        kind="contract", entity_id=workflow_id("K1"), seq=0, name=name, command=made, until=moment(at), offset_s=0.0
    )
    return book.recorder.decide_and_record(request)


def _tasks(recorded: Recorded) -> list[str]:
    return sorted(recorded.state["tasks"])


def test_a_defect_in_what_waits_costs_that_alone(book: Book) -> None:
    """Commands and timers go on, a task names the error; it can be refused, or approved once it is mended (X-05)."""
    inside(book, ("2019-04-26", letter("2019-04-26")))
    held = book.record("K1", "cancel", NOW, **letter("2019-04-20")[1]).answer
    assert held is not None
    held_id, sound = held.decision["held_id"], book.recorder
    aside = f"DEFECT/hold_revision/{held_id}"
    book.recorder = Recorder(book.engine, {"contract": ContractRows()}, _broken())
    for at, benefit in (("2019-05-21", "A"), ("2019-05-22", "B")):
        given = {"benefit_id": benefit, "minimum_months": 1, "fee": 0, "from_on": "2018-07-01"}
        done = _asked(book, at, "add_benefit", **given)
        assert done.refused is None
        assert _tasks(done) == [aside, "REVISION_APPROVAL"]
        assert done.state["tasks"][aside]["error_id"].startswith("E-")
    tries = _asked(book, "2019-05-23", "decide_revision", held_id=held_id, accept=True)
    assert (tries.refused.code if tries.refused else None) == "DECISION_FAILED"
    settled = _asked(book, "2019-05-24", "settle_defect")
    assert (settled.refused, _tasks(settled)) == (None, [aside, "REVISION_APPROVAL"]), "it was tried again and failed"
    ended = _asked(book, "2019-06-02", None)
    assert (ended.state["state"], ended.state["awaiting"].keys()) == ("ended", {held_id})
    with Session(book.engine) as session:
        log = entries(session, workflow_id("K1"))
        assert differences(DOMAINS["contract"], log, standing(session, "contract", ended.state)) == []
    no = _asked(book, "2019-06-03", "decide_revision", held_id=held_id, accept=False)
    assert (no.refused, no.state["awaiting"], no.state["tasks"]) == (None, {}, {})
    book.recorder = sound


def test_what_a_defect_struck_is_laid_out_again_once_it_is_mended(book: Book) -> None:
    """Settling the defect looks at once: it waits under a new number with what it comes to by then, and is approved."""
    inside(book, ("2019-04-26", letter("2019-04-26")))
    held = book.record("K1", "cancel", NOW, **letter("2019-04-20")[1]).answer
    assert held is not None
    sound, book.recorder = book.recorder, Recorder(book.engine, {"contract": ContractRows()}, _broken())
    _asked(book, "2019-06-02", None)
    book.recorder = sound
    settled = _asked(book, "2019-06-03", "settle_defect")
    (again,) = settled.state["awaiting"]
    assert again != held.decision["held_id"]
    assert _tasks(settled) == ["REVISION_APPROVAL"]
    done = _asked(book, "2019-06-04", "decide_revision", held_id=again, accept=True)
    assert (done.refused, done.state["end_on"]) == (None, "2019-04-30")


def test_what_is_billed_while_it_waits_is_shown_before_it_is_approved(book: Book) -> None:
    """The statement of May came after the letter was held: its fee falls with the others, and the approver sees it."""
    without(book, ("2019-04-26", letter("2019-04-26")))
    held = book.record("K1", "cancel", NOW, **letter("2019-03-20")[1]).answer
    assert held is not None
    book.timer("K1", "2019-06-05")
    book.issue("2019-05")
    with Session(book.engine) as session:
        at_now(session, "2019-06-12")
        session.commit()
        (waiting,) = awaiting_approval(session)
    assert lay_out_anew(book.recorder, waiting)
    with Session(book.engine) as session:
        shown = entries(session, workflow_id("K1"))[-1].decision
    assert shown["replaces"] != held.decision["held_id"], "the end that fell due was shown before"
    assert len(shown["money"]) > len(held.decision["money"])
    done = book.record("K1", "decide_revision", "2019-06-13", held_id=shown["held_id"], accept=True).answer
    assert done is not None
    assert without_ids(done.decision["money"]) == shown["money"]


def test_a_command_to_many_is_recorded_where_what_waits_has_a_defect(book: Book) -> None:
    """A rollout's page records its part of the contract; the defect has a task of its own beside it (X-05)."""
    inside(book, ("2019-04-26", letter("2019-04-26")))
    book.record("K1", "cancel", NOW, **letter("2019-04-20")[1])
    with Session(book.engine) as session, session.begin():
        at_now(session, "2019-05-21")
    given = {"op": "of-many", "actor": "rollout", "benefit_id": "A", "minimum_months": 1, "fee": 0}
    command = DOMAINS["contract"].commands["add_benefit"].command.model_validate({**given, "from_on": "2018-07-01"})
    mass = MassCommand(cast("Client", None), Recorder(book.engine, {"contract": ContractRows()}, _broken()))

    async def told() -> list[Any]:
        return [each.answer async for each in mass.record("contract", [workflow_id("K1")], "add_benefit", command)]

    (answer,) = asyncio.run(told())
    assert isinstance(answer, Answer)
    with Session(book.engine) as session:
        last = entries(session, workflow_id("K1"))[-1]
    assert (last.event, last.decision["what"]) == ("decision_failed", "hold_revision")


def _refusal(book: Book, at: str, asked: Asked) -> Problem:
    """Why a dry run is refused."""
    with pytest.raises(Problem) as refused:
        tried(book, at, asked)
    return refused.value


def test_a_dry_run_of_an_approval_with_a_defect_is_answered_as_the_approval(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are 409 `DECISION_FAILED`; nothing is recorded by the one, the task by the other (X-05)."""
    inside(book, ("2019-04-26", letter("2019-04-26")))
    held = book.record("K1", "cancel", NOW, **letter("2019-04-20")[1]).answer
    assert held is not None
    approval = {"held_id": held.decision["held_id"], "accept": True, "reason_code": "other"}
    monkeypatch.setattr(dry_run, "DOMAINS", _broken())
    book.recorder = Recorder(book.engine, {"contract": ContractRows()}, _broken())
    told = _refusal(book, LATER, ("decide_revision", approval))
    done = _asked(book, LATER, "decide_revision", **approval)
    assert done.refused is not None
    assert (told.status, told.code) == (done.refused.status, done.refused.code) == (409, "DECISION_FAILED")
    assert tried(book, LATER, letter("2019-04-22"))["outcome"] == "needs_approval", "another one goes on beside it"


def test_a_dry_run_goes_on_past_a_defect_in_what_is_due_as_the_command_does(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end that fell due meets a defect and is set aside; what is asked besides is answered the same both ways."""
    inside(book, ("2019-04-26", letter("2019-04-26")))

    def fails(*_asked: Any) -> Any:
        raise KeyError("end")

    domain = DOMAINS["contract"]
    broken = {**DOMAINS, "contract": replace(domain, due={**domain.due, "end": fails})}
    monkeypatch.setattr(dry_run, "DOMAINS", broken)
    book.recorder = Recorder(book.engine, {"contract": ContractRows()}, broken)
    given: Asked = ("add_benefit", {"benefit_id": "A", "minimum_months": 1, "fee": 0, "from_on": "2018-07-01"})
    shown = tried(book, "2019-06-02", given)
    done = _asked(book, "2019-06-02", given[0], **given[1])
    assert done.answer is not None
    assert "DEFECT/end" in _tasks(done)
    assert {name: shown[name] for name in done.answer.decision} == done.answer.decision


def test_a_dry_run_names_no_number_that_is_not_recorded(book: Book) -> None:
    """A timer is overdue: what waits will have another number, which nobody could look up before it is recorded."""
    inside(book, ("2019-04-26", letter("2019-04-26")))
    assert tried(book, NOW, letter("2019-04-20"))["held_id"] is None
    held = book.record("K1", "cancel", NOW, **letter("2019-04-20")[1]).answer
    assert held is not None
    approval: Asked = (
        "decide_revision",
        {"held_id": held.decision["held_id"], "accept": True, "reason_code": "other"},
    )
    told = _refusal(book, "2019-06-02", approval)
    assert (told.code, "waits_as" in (told.values or {})) == ("NOTHING_HELD", False)
    late = tried(book, "2019-06-02", terminated("2019-04-15"))
    with Session(book.engine) as session:
        last = entries(session, workflow_id("K1"))[-1].seq
    assert any(each["was"] and each["was"]["event"] == "end" for each in late["revises"])
    assert all(each["seq"] is None or each["seq"] <= last for each in late["revises"])
    done = _asked(book, "2019-06-02", approval[0], **approval[1])
    assert done.refused is not None
    (again,) = done.state["awaiting"]
    assert (done.refused.code, done.refused.values["waits_as"]) == ("NOTHING_HELD", again)
