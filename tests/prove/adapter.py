"""The only file that knows how a life is driven through the service: facts to commands, a state to a `Life`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import to_jsonable_python

from decisions.contract.facts import StatementKnown
from decisions.engine import Run
from decisions.fold import fold, voided
from decisions.membership.storage import perk
from decisions.past import Past
from decisions.recording.again import base_op
from decisions.registry import DOMAINS
from decisions.revise import first_of
from decisions.revision_summary import TAKES_OUT
from models.messages.contract.contract import ContractState
from models.messages.entity import Command, EffectDone, Entry
from rules.calendar import japan_day
from rules.citation import edition
from tests.given import Standing, looked_up
from tests.model import facts as f
from tests.model.life import Life, Term
from tests.prove.told import Message

_JST = ZoneInfo("Asia/Tokyo")
_IN_FORCE = frozenset({"active", "ending", "choosing"})
_SHOWN = frozenset({"end", "course_change", "course_moved", "choice_reminder", "choice_overdue", "watch_end", "close"})
"""Items of the agenda that are part of the life; the others are our own work."""


Keying = Callable[[f.Fact, Any], tuple[str | None, dict[str, Any]]]
"""Fact and state → the command it is keyed in by; None where nothing in the state can be named by it."""


class Service:
    """One life in memory, as the recorder would keep it; a contract's by default."""

    def __init__(self, kind: str = "contract", keying: Keying | None = None) -> None:
        """Nothing is recorded yet."""
        self.domain = DOMAINS[kind]
        self._keying = keying or command_of
        self.state: dict[str, Any] = self.domain.state().model_dump(mode="json")
        self.log: list[Entry] = []
        self.now = datetime.min.replace(tzinfo=_JST)
        self.codes: list[str] = []
        """Why each refused command was refused, for reading a counterexample."""
        self.recorded: dict[f.Fact, str] = {}
        """The operation each fact was keyed in by."""
        self.sent: list[Message] = []
        """What went out, in the order of sending."""
        self.capacity_gb: Decimal | None = None
        """What the storage service was told last."""

    @property
    def typed(self) -> Any:
        """The folded state."""
        return self.domain.state.model_validate(self.state)

    def pass_to(self, moment: datetime) -> None:
        """Let everything due by then happen, and keep the clock from going back."""
        until = max(self.now, moment)
        while moments := self._of_storage(until):
            # The storage service does its part before anything else of the life goes on.
            self._pass_to(max(self.now, min(moments)))
        self._pass_to(until)

    def _of_storage(self, until: datetime) -> list[datetime]:
        """When the end and the reversion of a membership fall due."""
        if self.domain.kind != "membership":
            return []
        items = [item for key, item in self.typed.agenda.items() if key in {"end", perk.REVERT}]
        return [item.at for item in items if item.at <= until]

    def _pass_to(self, moment: datetime) -> None:
        self.now = moment
        run = self._run()
        run.carry_out_due(self.now)
        self._keep(run)
        self._serve_storage()

    def _serve_storage(self) -> None:
        """The storage service does at once what it is told, and ends with the capacity that a read then shows."""
        if self.domain.kind != "membership":
            return
        while orders := [each for each in self.typed.agenda.values() if each.effect is not None]:
            order = min(orders, key=lambda each: (each.at, each.item_id))
            self.capacity_gb = Decimal(order.data["capacity_gb"])
            done = {"op": f"effect-{len(self.log)}", "at": order.at, "actor": "worker", "item_id": order.item_id}
            done["data"] = {"deleted": 0}
            run = self._run()
            run.command("effect_done", EffectDone.model_validate(done))
            self._keep(run)
        shown = perk.capacity_gb(self.typed.storage, japan_day(self.now))
        assert self.capacity_gb in {None, shown}, f"the storage service has {self.capacity_gb} GB, a read shows {shown}"

    def take(self, fact: f.Fact, keyed_at: datetime | None = None) -> bool:
        """Key one fact in, at its legal moment or later; False where the service does not let it count."""
        self.pass_to((keyed_at or fact.at).replace(tzinfo=_JST))
        name, values = self._keying(fact, self.typed)
        if name is None or (not self.log and name not in {"apply", "import", "register"}):
            self.codes.append("NOTHING_TO_NAME")
            return False
        op = f"op-{len(self.log)}-{len(self.codes)}"
        if not self._ask(name, {**values, "op": op}, known_of(fact)):
            return False
        self.recorded[fact] = op
        self._answer()
        return True

    def undo(self, fact: f.Fact, keyed_at: datetime) -> bool:
        """Take a fact back by a correction, with the answers that were about it; False where the service refuses."""
        self.pass_to(keyed_at.replace(tzinfo=_JST))
        entry = first_of(self.log, self.recorded[fact])
        if entry is None:
            self.codes.append("NOT_IN_THE_LOG")
            return False
        op = f"undo-{len(self.log)}-{len(self.codes)}"
        done = self._ask("correct", {"op": op, "voids": entry.seq, "reason_code": "other"})
        self._answer()
        if done:
            gone = {fact for each in self.log if each.op == op for fact in each.known.get(TAKES_OUT, ())}
            gone.add(self.recorded[fact])
            self.recorded = {each: keyed for each, keyed in self.recorded.items() if keyed not in gone}
        return done

    def _answer(self) -> None:
        """What a member's record asks of an operator is answered at once: nothing of it keeps the record open."""
        asked = [] if self.domain.kind != "membership" else list(self.typed.tasks.values())
        for why in dict.fromkeys(each.why for each in asked):
            op = f"answer-{len(self.log)}"
            self._ask("settle_task", {"op": op, "why": why, "reason_code": "other"})

    def counting(self) -> list[f.Fact]:
        """The facts that make the life. An answer whose question has gone is none: it is before an operator again."""
        lost = set(self.typed.ungrounded)
        answers = {op for fact, op in self.recorded.items() if self._is_answer(fact)}
        return [fact for fact, op in self.recorded.items() if op not in lost & answers]

    def _is_answer(self, fact: f.Fact) -> bool:
        entry = next(each for each in self.log if each.op == self.recorded[fact])
        return entry.fact is not None and self.domain.commands[entry.fact.name].about is not None

    def read_at(self, today: date, refused: tuple[int, ...] = ()) -> Life:
        """The life as it is at the end of a day."""
        self.pass_to(datetime.combine(today, time(23, 59, 59), _JST))
        return replace(read(self.typed, refused), passed_on=self._passed_on())

    def _passed_on(self) -> tuple[date, ...]:
        gone = voided(self.log)
        taken = [each for each in self.log if each.seq not in gone and each.decision.get("outcome") == "taken"]
        return tuple(sorted(date.fromisoformat(f"{each.decision['month']}-01") for each in taken))

    def _ask(self, name: str, values: dict[str, Any], known: dict[str, Any] | None = None) -> bool:
        told = {"at": self.now, "actor": "prove", "approved": True}
        command: Command = self.domain.commands[name].command.model_validate({**told, **values})
        run = self._run(looked_up(self.domain, name, known or {}))
        run.command(name, command)
        self._same_from_a_point_of_the_life(run, name, command, known or {})
        self._keep(run)
        self._serve_storage()
        if run.outcome.refused is not None:
            self.codes.append(run.outcome.refused.code)
        return run.outcome.refused is None

    def _run(self, facts: Any = None, past: Past | None = None) -> Run:
        return Run(
            self.domain,
            self.state,
            self.now,
            log=lambda: self.log,
            past=lambda: past,
            facts=facts,
            standing=Standing(),
        )

    def _same_from_a_point_of_the_life(self, run: Run, name: str, command: Command, known: dict[str, Any]) -> None:
        """Decided from a point of the life on, a command comes to what it comes to from the beginning."""
        past = past_of(self.domain, self.log) if self.domain.revisable else None
        if past is None:
            return
        other = self._run(looked_up(self.domain, name, known), past)
        other.command(name, command)
        assert other.outcome == run.outcome, f"from entry {past.seq} on, {name} is decided otherwise"

    def _keep(self, run: Run) -> None:
        self.state = run.outcome.state
        self.log = [*self.log, *run.outcome.entries]
        self.sent += [
            Message(each.channel, each.name, to_jsonable_python(dict(each.data))) for _, each in run.outcome.outgoing
        ]
        initial = self.domain.state().model_dump(mode="json")
        assert fold(initial, self.log) == self.state, "the state is its log's fold"


def play(facts: Iterable[f.Fact], today: date) -> Life:
    """The life the service makes of the facts, keyed in by legal order, as it is at the end of `today`."""
    service, refused = Service(), list[int]()
    for place, fact in enumerate(f.in_legal_order(list(facts))):
        if fact.on > today:
            break
        if not service.take(fact) and not isinstance(fact, f.Notice):
            refused.append(place)
    return service.read_at(today, tuple(refused))


# Facts as commands


def command_of(fact: f.Fact, state: ContractState) -> tuple[str | None, dict[str, Any]]:
    """The command a fact is keyed in by; None where nothing in the state can be named by it."""
    at = fact.at.replace(tzinfo=_JST).isoformat()
    if isinstance(fact, f.Notice):
        kind, details = _notice(fact)
        told = {"notice_id": f"N-{fact.key()[2]}-{kind}", "kind": kind, "effective_on": fact.on, "details": details}
        return "line_notice", told
    match fact:
        case f.Applied():
            return "apply", _application(fact, at)
        case f.Imported():
            return "import", {
                **_IDS,
                "course": fact.course,
                "applied_on": fact.applied_on,
                "service_start_on": fact.service_start_on,
                "minimum_term_end_on": fact.term_end_on,
                "payment_agency": fact.payment_agency,
                "line": asdict(fact.line),
            }
        case f.IdentityShown():
            return "show_identity", {"shown_at": at}
        case f.AcceptedByOperator():
            return "accept", {"reason_code": "other"}
        case f.RefusedByOperator():
            return "refuse", {"reason_code": "other"}
        case f.Withdrawn():
            return "withdraw", {"received_at": at}
        case f.ServiceStarted():
            return "start_service", {"service_start_on": fact.on}
        case f.Merged():
            return "rollout", _rollout(fact)
        case _:
            return _request(fact, at, state)


def known_of(fact: f.Fact) -> dict[str, Any]:
    """What the recorder looks up beside the command."""
    if isinstance(fact, f.StatementUnpaid):
        return {
            "statement": StatementKnown(
                contract_id="K1", due_on=fact.due_on, settled_on=None, combined=True, charges=()
            )
        }
    return {}


_IDS = {"contract_id": "K1", "person_id": "P1", "line_key": "L1"}


def _application(fact: f.Applied, at: str) -> dict[str, Any]:
    current = edition(fact.on) or "2010-02-01"
    consents = {
        "general_terms": current,
        "course_terms": current,
        "carrier_terms": f"{fact.line.operator}-{min(fact.on.year, 2017)}",
    }
    return {
        **_IDS,
        "course": fact.course,
        "channel": fact.channel,
        "received_at": at,
        "line": asdict(fact.line),
        "identity_required": fact.identity_required,
        "consents": consents,
    }


def _rollout(fact: f.Merged) -> dict[str, Any]:
    return {
        "rollout_id": f"R-{fact.on}-{fact.to_course}",
        "kind": "course_merge",
        "courses": list(fact.courses),
        "to_course": fact.to_course,
        "announced_on": fact.on - timedelta(days=60),
        "effective_on": fact.on,
    }


def _request(fact: f.Fact, at: str, state: ContractState) -> tuple[str | None, dict[str, Any]]:
    told: dict[str, Any]
    match fact:
        case f.CancellationReceived():
            wanted = f"{fact.wanted_month[0]:04}-{fact.wanted_month[1]:02}" if fact.wanted_month else None
            return "cancel", {"channel": fact.channel, "received_at": at, "wanted_month": wanted}
        case f.ChangeRequested():
            told = {"to_course": fact.to_course, "channel": "online", "received_at": at, "change_on": fact.change_on}
            return "request_course_change", told
        case f.InitiallyCancelled():
            told = {"papers_received_on": fact.papers_received_on, "dispatched_on": fact.on, "then": fact.then}
            return "initial_cancellation", told
        case f.Chosen():
            told = {"choice": fact.choice, "to_course": fact.to_course, "received_at": at}
            return "choose", {**told, "holder_is_applicant": fact.holder_is_applicant}
        case f.Relocated():
            return "relocate", {"to_operator": fact.to_operator, "received_at": at}
    return _of_an_operator(fact, state)


def _of_an_operator(fact: f.Fact, state: ContractState) -> tuple[str | None, dict[str, Any]]:
    match fact:
        case f.ChangeDecided():
            return "decide_course_change", {"accept": fact.accept}
        case f.Terminated():
            return "terminate", {"effective_on": fact.last_day}
        case f.BenefitGiven():
            told: dict[str, Any] = {"benefit_id": fact.benefit_id, "minimum_months": fact.months}
            return "add_benefit", {**told, "fee": fact.fee, "from_on": fact.from_on}
        case f.FeeDecided():
            charge_id = _waiting(state, fact.about)
            return (None if charge_id is None else "decide_fee"), {"charge_id": charge_id, "due": fact.due}
        case f.WaiverGranted():
            return "waive", {"case": fact.case}
        case f.CourseSwitched():
            return "switch_course", {"to_course": fact.to_course}
        case f.StatementUnpaid():
            return "withdraw_payment_agency", {"statement_id": "S1"}
    message = f"no command is known for {fact}"
    raise ValueError(message)


def _waiting(state: ContractState, about: str | None) -> str | None:
    found = (key for key, each in state.charges.items() if each.state == "needs_operator" and _about(key) == about)
    return next(found, None)


def _about(charge_id: str) -> str | None:
    return charge_id.partition("-B-")[2] or None


def _notice(fact: f.Notice) -> tuple[str, dict[str, Any]]:
    match fact:
        case f.LineEnded():
            return ("conversion" if fact.conversion else "terminated"), {}
        case f.EndNotified():
            return "end_notified", {"reason": fact.reason}
        case f.TypeChanged():
            return "service_type_changed", {"service_type": fact.service_type, "by": fact.by}
        case f.Excluded():
            return "excluded", {"billing": list(fact.billing), "discounts": list(fact.discounts)}
        case f.OperatorMoved():
            return "moved_operator", {"operator": fact.operator}
        case f.HolderChanged():
            return "name_changed", {}
        case f.LineStatement():
            return "line_statement", {"month": f"{fact.month:%Y-%m}", "items": [{"code": "FLETS", "amount": 5200}]}
        case f.Unusable():
            return "unusable", {"attributable": fact.attributable}
    message = f"no notice is known for {fact}"
    raise ValueError(message)


# A state as a life


def read(state: ContractState, refused: tuple[int, ...] = ()) -> Life:
    """What is looked at, out of the folded state."""
    told = state.model_dump(mode="json")
    term, choice = state.minimum_term, told["choice"] if state.state == "choosing" else None
    pending = told["pending_course_change"]
    if pending is not None and pending.get("cause") == "line_type":
        pending = None
    ahead = set(pending["charges"]) if pending else set()
    charges = sorted(
        (_about(key) or "", each.total, each.state)
        for key, each in state.charges.items()
        if each.state not in {"waived", "planned"} and key not in ahead and each.code != "monthly_basic"
    )
    return Life(
        state=state.state,
        course=state.course,
        courses=tuple((each.course, each.from_on) for each in state.course_history),
        term=Term(term.start_on, term.end_on) if term and state.state in _IN_FORCE else None,
        start_on=state.service_start_on,
        end_on=state.end_on,
        end_reason=state.end_reason,
        agency=(state.payment_agency.state, state.payment_agency.since) if state.payment_agency else None,
        passed_on=(),
        pending=(pending["to_course"], _day(pending["change_on"])) if pending else None,
        choice=_choice(choice) if choice else None,
        charges=tuple(charges),
        planned=_planned(state, ahead),
        agenda=tuple(sorted((item.event, item.on) for item in state.agenda.values() if item.event in _SHOWN)),
        unbilled=_months(told),
        refused=refused,
    )


def _planned(state: ContractState, of_change: set[str]) -> tuple[tuple[str, int], ...]:
    """What the end ahead is told to cost; the fees of a change ahead are another matter."""
    if state.state != "ending":
        return ()
    found = [(key, each) for key, each in state.charges.items() if each.state == "planned" and key not in of_change]
    return tuple(sorted((_about(key) or "", each.total) for key, each in found))


def _choice(choice: dict[str, Any]) -> tuple[str, tuple[str, ...], date]:
    return str(choice["state"]), tuple(sorted(choice["offered"])), date.fromisoformat(str(choice["opened_on"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _months(told: dict[str, Any]) -> tuple[date | None, date] | None:
    """The months that are not billed: typed, or as earlier releases kept them among small facts."""
    typed, earlier = told.get("voided_months"), told.get("facts", {}).get("voided_months")
    if typed:
        first, last = typed["first"], typed["last"]
    elif earlier:
        first, last = earlier["from"], earlier["through"]
    else:
        return None
    return _day(f"{first}-01" if first else None), date.fromisoformat(f"{last}-01")


def past_of(domain: Any, log: Sequence[Entry]) -> Past | None:
    """The latest point of a life in its first two thirds that nothing recorded since stands before or voids."""
    for seq in range(len(log) * 2 // 3, 0, -1):
        inside, since = [each for each in log if each.seq <= seq], [each for each in log if each.seq > seq]
        places = [each.place for each in inside if each.place is not None]
        if not places or any(each.place is None or each.place <= max(places) for each in since):
            continue
        if any(voids <= seq for each in since for voids in each.voids):
            continue
        numbers: dict[str, int] = {}
        for each in inside:
            numbers.setdefault(base_op(each.op), each.seq)
        state = fold(domain.state().model_dump(mode="json"), inside)
        return Past(seq, max(places), state, partial(min, places), numbers.get, since)
    return None
