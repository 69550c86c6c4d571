"""Waivers of fees (article 12 paragraph 6): asked for with evidence, granted or not by an operator (A-36)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from decisions.contract.changed import Put
from decisions.contract.course import pending
from decisions.contract.ending.voiding import last_entry
from decisions.contract.facts import asking
from decisions.contract.money import benefit, watch
from decisions.contract.money.charges import occasion
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step, operator_task
from decisions.fold import fold, voided
from models.machines.contract import IN_FORCE
from models.messages.contract.contract import ContractState
from models.messages.contract.earlier import FACTS, FEE_TERMS
from models.messages.contract.notices import RequestWaiver, Waive, WaiverCase
from models.messages.contract.parts import WaiverRequest
from models.messages.entity import Charge, Entry
from rules.calendar import japan_day
from rules.charges import fee
from rules.citation import Decision, edition
from rules.money import Money
from rules.refusal import Refusal

TASK = "WAIVER_REQUESTED"
_WAIVABLE = frozenset({"planned", "due", "paid", "needs_operator", "watched"})
"""A fee that was paid already is given back with the next statement."""
_CODES = frozenset({"termination_fee", "benefit_fee"})
"""Fees under paragraphs 3 and 4 and under the benefit terms (W-12.6)."""


def request_waiver(state: ContractState, command: RequestWaiver, context: Context) -> list[Step]:
    """Evidence came in: an operator decides, and dunning rests until then (W-12.6, A-36)."""
    _check_begun(state)
    today = japan_day(context.moment)
    request_id = f"{state.contract_id}-R{state.seq + 1}"
    record = WaiverRequest(case=command.case, state="pending", received_on=today, note_id=command.note_id)
    articles = (_row(command.case), "W-12.6", "X-05")
    detail = "An operator decides on the waiver; until then the fee is not dunned."
    decision = Decision("requested", articles, today, edition(today), detail, {"request_id": request_id})
    put: Put = {"waiver_requests": {request_id: record}, "tasks": operator_task(TASK, context.moment, *articles)}
    return [Step("request_waiver", decision, Parts(put=put).patch())]


def reject_requests(state: ContractState) -> Parts:
    """What is left of open requests when an operator does not grant them: the fee stands, dunning goes on (A-36)."""
    return _answered(state, "rejected")


def lapsed_requests(state: ContractState) -> Parts:
    """What becomes of open requests once nothing is left that could be waived (W-12.6)."""
    return _answered(state, "lapsed")


def _answered(state: ContractState, answer: str) -> Parts:
    requests = {
        key: each.model_copy(update={"state": answer})
        for key, each in state.waiver_requests.items()
        if each.state == "pending"
    }
    return Parts(put={"waiver_requests": requests}, drop={"tasks": [TASK] if TASK in state.tasks else []})


def waive(state: ContractState, command: Waive, context: Context) -> list[Step]:
    """An operator waives, before or after the end (W-12.6a to c, A-36).

    Death and a change of the line holder's name waive what is planned, due or waiting, and what the contract's end
    would still raise. A line lost through no fault of the contractor suspends the fee of a course change, the one that
    was made or the one that follows (A-35).

    Raises:
        NotAllowedError: before service.
        Refusal: `WAIVER_NOT_ADMISSIBLE`, `NOTHING_TO_WAIVE`.
    """
    _check_begun(state)
    of_change = [] if command.case != "line_unusable" else _fees_of_changes(state)
    _check_admissible(state, command.case, of_change, context)
    if command.case == "line_unusable":
        return [_suspend(state, of_change, context)]
    return [_waive_all(state, command.case, context)]


def _check_begun(state: ContractState) -> None:
    if state.service_start_on is None:
        message = f"The contract is {state.state}: no fee can arise before service."
        raise NotAllowedError(message, articles=("W-12.6",))


def _row(case: WaiverCase) -> str:
    return {"death": "W-12.6a", "line_name_change": "W-12.6b", "line_unusable": "W-12.6c"}[case]


def _check_admissible(state: ContractState, case: WaiverCase, of_change: Sequence[Charge], context: Context) -> None:
    """Whether the case of paragraph 6 is there at all; what NTT notified is evidence for two of them."""
    end_notice, unusable = state.told_notices.get("end_notified"), state.told_notices.get("unusable")
    ruling = fee.waiver_admissible(
        case,
        cause="course_change" if of_change or state.state in {"active", "choosing"} else "cancellation",
        end_notice_reason=end_notice.details.get("reason") if end_notice and not end_notice.answered else None,
        # Without a notice of NTT the operator's evidence speaks for the contractor; against one it does not.
        attributable=bool(unusable and unusable.details.get("attributable")),
        decided_on=japan_day(context.moment),
    )
    if ruling.outcome != "admissible":
        raise Refusal("WAIVER_NOT_ADMISSIBLE", ruling.detail, ruling.articles)


def _waive_all(state: ContractState, case: WaiverCase, context: Context) -> Step:
    today = japan_day(context.moment)
    found = waivable(state)
    if not found and state.state not in IN_FORCE:
        raise Refusal("NOTHING_TO_WAIVE", "The contract has no open fee.", ("W-12.6",))
    row = _row(case)
    charges = {each.charge_id: _waived(each, row) for each in found}
    parts = Parts(put={"charges": charges, "fee_terms": _granted(state, case) if state.state in IN_FORCE else {}})
    parts = parts + watch.lifted(state, [key for key in charges if key in watch.watched(state)])
    parts = parts + _answered(state, "granted") + _fee_task_done(state, list(charges))
    given_back = any(each.state == "paid" for each in found)
    standing = asking(context)
    if state.past_correction and not given_back:
        owed, credit = standing.owed_statements(), standing.credit()
        if watch.is_settled(state, parts, owed=owed, credit=credit):
            parts = parts + watch.closing(state)
    fees = _total(found)
    detail = "The fee is waived." if found else "A fee that the contract's end would raise is waived."
    decision = _decision("waived", row, today, detail, fees, found)
    told = {"fee": fees, "case": case, **occasion(state, charges), "articles": list(decision.articles)}
    letters = (Outgoing("notice", "fee_waived", told),) if found else ()
    return Step("waive", decision, parts.patch(), outgoing=letters)


def waivable(state: ContractState) -> list[Charge]:
    """Fees that death, or a change of the line holder's name, waives: those asked for, or paid already."""
    return [each for each in state.charges.values() if each.code in _CODES and each.state in _WAIVABLE]


def _granted(state: ContractState, case: WaiverCase) -> dict[str, object]:
    """What every later fee decision takes into account: cases add up (W-12.6)."""
    return state.fee_terms.with_case(case).model_dump(mode="json")


def _waived(charge: Charge, row: str) -> Charge:
    articles = list(dict.fromkeys((row, "W-12.6", *charge.articles)))
    return charge.model_copy(update={"state": "waived", "due_on": None, "articles": articles})


def _decision(
    outcome: str, row: str, on: date, detail: str, fees: dict[str, int], found: Sequence[Charge], **more: object
) -> Decision:
    articles = tuple(dict.fromkeys((row, "W-12.6", *(article for each in found for article in each.articles), "X-05")))
    data = {"fee": fees, "charges": [each.charge_id for each in found], **more}
    return Decision(outcome, articles, on, edition(on), detail, data)


def _total(charges: Sequence[Charge]) -> dict[str, int]:
    return Money(
        sum(each.amount for each in charges), sum(each.tax for each in charges), sum(each.total for each in charges)
    ).as_json()


def _fee_task_done(state: ContractState, decided: Sequence[str]) -> Parts:
    """The operator's task about waiting fees goes once none waits."""
    waiting = [key for key, each in state.charges.items() if each.state == "needs_operator" and key not in decided]
    done = pending.FEE_TASK in state.tasks and not waiting
    return Parts(drop={"tasks": [pending.FEE_TASK]}) if done else Parts()


def end_notice_answered(state: ContractState) -> Parts:
    """The contract continues: the end that NTT notified does not come, nor the waiver that rested on it (W-12.6b)."""
    told = state.told_notices.get("end_notified")
    if told is None:
        return Parts()
    put: Put = {"told_notices": {"end_notified": told.model_copy(update={"answered": True})}}
    if "line_name_change" in state.fee_terms.granted:
        put["fee_terms"] = state.fee_terms.without_case("line_name_change").model_dump(mode="json")
    return Parts(put=put, drop={FACTS: [FEE_TERMS]} if "fee_terms" in put else {})


# The third case


def _fees_of_changes(state: ContractState) -> list[Charge]:
    """Fees that a course change raised and nobody has paid."""
    return [
        each
        for each in state.charges.values()
        if each.code in _CODES
        and each.state in {"planned", "due", "needs_operator"}
        and each.charge_id in state.fee_days
    ]


def _suspend(state: ContractState, of_change: Sequence[Charge], context: Context) -> Step:
    """Suspend the fee of a change, or of the one that follows while the contract stands (W-12.6c)."""
    today = japan_day(context.moment)
    parts = _answered(state, "granted")
    if "LINE_UNUSABLE" in state.tasks:
        parts = parts + Parts(drop={"tasks": ["LINE_UNUSABLE"]})
    if not of_change:
        detail = "The fee of a change to another course will be suspended; a cancellation still bears it."
        parts = parts + Parts(put={"fee_terms": _granted(state, "line_unusable")})
        return Step("waive", _decision("granted", "W-12.6c", today, detail, _total([]), []), parts.patch())
    suspended = [_suspended(state, each, context.log) for each in of_change]
    _check_not_cancelled(suspended, context.log)
    until = max(each.until for each in suspended)
    parts = parts + _suspending(state, suspended) + _fee_task_done(state, [each.charge_id for each in of_change])
    detail = f"The fee is suspended; it falls due if cancellation is notified by {until}."
    decision = _decision(
        "watched", "W-12.6c", today, detail, _total(of_change), of_change, watch_until=until.isoformat()
    )
    return Step("waive", decision, parts.patch())


def _suspending(state: ContractState, suspended: Sequence[watch.Suspended]) -> Parts:
    """Fees of a change that is ahead are watched from its day on, those of one made from now on (W-12.6c, A-35)."""
    waiting = pending.applied_for(state)
    ahead = set(waiting.charges) if waiting is not None else set()
    later = [each.charge for each in suspended if each.charge.charge_id in ahead]
    now = [each for each in suspended if each.charge.charge_id not in ahead]
    put = {each.charge_id: watch.suspended_charge(each) for each in later}
    parts = Parts(put={"charges": put}) if put else Parts()
    return parts + watch.begin_all(state, *now) if now else parts


def _suspended(state: ContractState, charge: Charge, log: Sequence[Entry]) -> watch.Suspended:
    changed_on = state.fee_days[charge.charge_id]
    term_end_on = _term_broken(state, charge, log)
    return watch.Suspended(charge, changed_on, fee.watch_until(term_end_on, changed_on))


def _term_broken(state: ContractState, charge: Charge, log: Sequence[Entry]) -> date:
    """The last day of the term that the change broke: a benefit's own, or the contract's as it stood then.

    Raises:
        Refusal: `NOTHING_TO_WAIVE`, there was no term.
    """
    own = benefit.benefit_of(state, charge)
    if own is not None:
        return own.end_on
    gone = voided(log)
    kept = [each for each in log if each.seq not in gone]
    # By place in the life, not by number: what a revision recorded anew has a high number and its old place.
    raised = next(index for index, each in enumerate(kept) if charge.charge_id in each.patch.put.get("charges", {}))
    folded = fold(ContractState().model_dump(mode="json"), kept[:raised])
    term = ContractState.model_validate(folded).minimum_term
    if term is None:
        raise Refusal("NOTHING_TO_WAIVE", "The change broke no minimum term.", ("W-12.6c",))
    return term.end_on


def _check_not_cancelled(suspended: Sequence[watch.Suspended], log: tuple[Entry, ...]) -> None:
    """A cancellation notified inside the watch has decided already (W-12.6c)."""
    notice = last_entry(log, "cancel")
    if notice is None:
        return
    received_on = japan_day(notice.received_at)
    if any(each.changed_on <= received_on <= each.until for each in suspended):
        detail = f"Cancellation was notified on {received_on}, inside the time in which the contractor had to stay."
        raise Refusal("WAIVER_NOT_ADMISSIBLE", detail, ("W-12.6c",), values={"on": received_on})
