"""The choice after the line's end or NTT's notice: opened, reminded of, escalated, closed (articles 11 and 23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from decisions.contract.changed import patch
from decisions.contract.course import pending
from decisions.contract.line import grounds, no_longer_so
from decisions.contract.parts import Parts
from decisions.domain import Context, Outgoing, Step, operator_task
from models.messages.contract.contract import ContractState
from models.messages.contract.parts import AskedChoice, ChoiceGround, FeePause
from models.messages.entity import AgendaItem
from rules.calendar import japan_day, start_of
from rules.charges.billing import pauses_while_choosing
from rules.citation import Decision, edition
from rules.line.line_notice import choice_schedule

REMINDER = "choice_reminder"
REQUEST = "choice_request"
_ASKING = frozenset({REMINDER, REQUEST})
"""Letters that ask for the choice."""
OVERDUE = "choice_overdue"
ITEM_PREFIX = "choice_"
"""Keys of the agenda items of an open choice begin with it."""

OWED = "owed_choice"
"""The agenda item of a choice that opens once a cancellation is taken back."""

OVERDUE_TASK = "CHOICE_OVERDUE"
HOLDER_TASK = "CONTINUE_NOT_LINE_HOLDER"
TASKS = (OVERDUE_TASK, HOLDER_TASK)
"""What may wait for an operator while a choice is open."""


def reason_of(kind: str, details: Mapping[str, object]) -> str:
    """The code the contractor's letter is worded by, such as `terminated`, `name_change`, `excluded`."""
    if kind == "end_notified":
        return str(details["reason"])
    return "type_not_listed" if kind == "service_type_changed" else kind


def opening(state: ContractState, ground: ChoiceGround, context: Context) -> Parts:
    """Open the choice on the day the notice arrived, with its reminders and its escalation (W-11.1, W-11.2, A-28)."""
    opened_on = japan_day(context.moment)
    schedule = choice_schedule(opened_on, ground.kind)
    choice = AskedChoice(
        state="open",
        offered=ground.offered,
        opened_on=opened_on,
        opened_by=ground.kind,
        reason=ground.reason,
        articles=list(ground.articles),
        effective_on=ground.effective_on,
        escalates_on=schedule.escalate_on,
        grounds=[ground],
        answered=state.choice if pending.answers_choice(state) else None,
    )
    articles = [*ground.articles, "A-28"]
    agenda = {}
    for on in schedule.remind_on:
        key = f"{REMINDER}_{(on - opened_on).days}"
        label = f"選択のお願い(再送) {on}"
        agenda[key] = AgendaItem(item_id=key, event=REMINDER, at=start_of(on), on=on, articles=articles, label=label)
    on = schedule.escalate_on
    agenda[OVERDUE] = AgendaItem(
        item_id=OVERDUE,
        event=OVERDUE,
        at=start_of(on),
        on=on,
        articles=articles,
        label=f"選択がなければ担当者へ引き継ぎ {on}",
    )
    letter = Outgoing("notice", "choice_request", _letter(state, choice))
    paused = {opened_on.isoformat(): FeePause(opened_on=opened_on)} if pauses_while_choosing(opened_on) else {}
    return Parts({"choice": choice}, {"agenda": agenda, "fee_pauses": paused}, outgoing=(letter,), move="open_choice")


def regrounded(state: ContractState, after: grounds.Grounds, *, told: bool) -> Parts:
    """The choice rests on other grounds now; the days of the first letter stand.

    Args:
        state: the contract, choosing.
        after: its grounds, at least one.
        told: whether the contractor is written to, since something else is left to choose from.
    """
    if state.choice is None:
        return Parts()
    choice, letters = _rested_on(state, state.choice, after, told=told)
    return Parts({"choice": choice}, outgoing=letters)


def _rested_on(
    state: ContractState, choice: AskedChoice, after: grounds.Grounds, *, told: bool
) -> tuple[AskedChoice, tuple[Outgoing, ...]]:
    leading = grounds.leading(after)
    values = {
        "offered": grounds.offered(after),
        "opened_by": leading.kind,
        "reason": leading.reason,
        "effective_on": leading.effective_on,
        "articles": list(leading.articles),
        "grounds": list(after.values()),
    }
    rested = choice.model_copy(update=values)
    return rested, (Outgoing("notice", "choice_request", _letter(state, rested)),) if told else ()


def reopened(state: ContractState, context: Context, *, chapter: int) -> Parts:
    """The answer to a choice has fallen while its grounds stand: the contractor is asked again (W-11.1, W-23.x, A-28).

    Nobody has been silent meanwhile, so the days count from this letter.

    Args:
        state: the contract on the course it goes on in; its last choice was answered by a change that is no more.
        context: the moment of the decision.
        chapter: of that course.
    """
    after = grounds.standing(state, japan_day(context.moment), chapter)
    if not after:
        return Parts()
    if state.state == "choosing":
        before = grounds.of(state)
        return _joined(state, {**after, **before}, told=grounds.effect(before, {**after, **before}) != "nothing")
    fallen = state.model_copy(update={"pending_course_change": None})
    opened = opening(fallen, grounds.leading(after), context)
    begun = state.model_copy(update={"choice": opened.values["choice"], "state": "choosing"})
    again = regrounded(begun, after, told=True)
    return Parts(again.values, opened.put, outgoing=again.outgoing, move=opened.move)


def continued(state: ContractState, context: Context) -> Parts:
    """To continue answers what was asked last; what the change that falls with it had answered is open again."""
    after = grounds.standing(state, japan_day(context.moment), state.chapter)
    return _joined(state, after, told=True) if after else Parts()


def _joined(state: ContractState, after: grounds.Grounds, *, told: bool) -> Parts:
    if state.choice is None:
        return Parts()
    choice, letters = _rested_on(state, state.choice, after, told=told)
    return Parts({"choice": choice.model_copy(update={"answered": None})}, outgoing=letters)


def closing(state: ContractState, chosen: str, received_on: date) -> Parts:
    """The choice is made: its reminders and what waited for an operator go; nothing where no choice is open."""
    if state.state != "choosing" or state.choice is None:
        return Parts()
    return Parts(
        {"choice": state.choice.model_copy(update={"state": chosen, "chosen_on": received_on})},
        {"fee_pauses": _closed_pauses(state, received_on)},
        drop=_open_things(state),
    )


def lapsing(state: ContractState, on: date) -> Parts:
    """Nothing is left to choose, the line fits again (A-46); a choice answered before stays as it was."""
    asked = state.choice
    before = asked.answered if asked is not None else None
    told = (_no_longer_asked(state, asked),) if asked is not None else ()
    return Parts(
        {"choice": before},
        {"fee_pauses": _closed_pauses(state, on)},
        _open_things(state),
        outgoing=told,
        move="end_choice",
    )


def _no_longer_asked(state: ContractState, asked: AskedChoice) -> Outgoing:
    """That nobody has to choose any more: who was asked would go on waiting for the day it was asked by."""
    goes_on = state.model_copy(update={"state": "active"})
    letter = no_longer_so.letter([Outgoing("notice", REQUEST, _letter(state, asked))], goes_on)
    return replace(letter, data={**letter.data, _LAPSED: True})


_LAPSED = "choice_lapsed"
"""In the data of the letter that says so: where the request never went out, neither does it."""


def _closed_pauses(state: ContractState, on: date) -> dict[str, FeePause]:
    return {
        key: pause.model_copy(update={"closed_on": on})
        for key, pause in state.fee_pauses.items()
        if pause.closed_on is None
    }


def _open_things(state: ContractState) -> dict[str, list[str]]:
    return {
        "agenda": [key for key in state.agenda if key.startswith(ITEM_PREFIX)],
        "tasks": [key for key in TASKS if key in state.tasks],
    }


def remind(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """The same letter again; it never changes what is offered (A-28)."""
    _ = context
    choice = state.choice
    if state.state != "choosing" or choice is None:
        return [_moot(state, item)]
    detail = f"The choice of {choice.opened_on} is still open; the contractor is reminded."
    decision = Decision("reminded", tuple(item.articles), item.on, edition(item.on), detail)
    letter = Outgoing("notice", "choice_reminder", _letter(state, choice))
    return [Step(REMINDER, decision, patch(drop={"agenda": [item.item_id]}), received_at=item.at, outgoing=(letter,))]


def escalate(state: ContractState, item: AgendaItem, context: Context) -> list[Step]:
    """On silence an operator is asked; nothing is cancelled, and the contractor may still choose (A-28)."""
    _ = context
    if state.state != "choosing" or state.choice is None:
        return [_moot(state, item)]
    choice = state.choice.model_copy(update={"state": "escalated"})
    decision = Decision(
        "escalated",
        tuple(item.articles),
        item.on,
        edition(item.on),
        f"No choice since {choice.opened_on}: an operator is asked. Billing goes on, the choice stays open.",
    )
    change = patch(
        {"choice": choice},
        put={"tasks": operator_task(OVERDUE_TASK, item.at, *item.articles)},
        drop={"agenda": [item.item_id]},
    )
    return [Step(OVERDUE, decision, change, received_at=item.at)]


def _moot(state: ContractState, item: AgendaItem) -> Step:
    """The contract left the choice in another way, such as a termination by the company: nobody is written to."""
    detail = f"The contract is {state.state}: nothing is left to choose."
    decision = Decision("nothing", tuple(item.articles), item.on, edition(item.on), detail)
    return Step(item.event, decision, patch(drop={"agenda": [item.item_id]}), received_at=item.at)


def owed(state: ContractState, context: Context) -> list[Step]:
    """The step that asks at once for a choice put off by a cancellation; none where nothing is owed.

    It is recorded before the entry that takes the cancellation back, whose answer is the caller's.
    """
    told = state.owed_choice
    if told is None:
        return []
    on = japan_day(context.moment)
    article = "W-23.1" if state.chapter == 2 else "W-11.1"
    item = AgendaItem(
        item_id=OWED,
        event=OWED,
        at=context.moment,
        on=on,
        articles=[article],
        label=f"回線終了による選択のお願い {on}",
        data=told.model_dump(mode="json"),
    )
    detail = "The line was lost while the contract was ending: with the cancellation gone the contractor has to choose."
    decision = Decision(OWED, (article,), on, edition(on), detail)
    return [Step(OWED, decision, patch(put={"agenda": {OWED: item}}))]


def told_once(
    messages: Sequence[Outgoing], before: Mapping[str, object], after: Mapping[str, object], today: date
) -> list[Outgoing | None]:
    """Of what asks the contractor to choose, one letter goes out at a time, with the day that holds now (A-28).

    A reminder whose day went by while the choice was answered, or while nobody carried it out, says nothing that the
    letter sent now does not say. A choice that is open again is told, also where no letter of its own would go. What
    takes letters back says how the contract stands now, whatever moment of its life it is decided at.

    Args:
        messages: what is about to be sent together.
        before: the contract's state before all of it.
        after: as it stands now.
        today: the Japan day.
    """
    asking = [index for index, each in enumerate(messages) if each.channel == "notice" and each.name in _ASKING]
    made: list[Outgoing | None] = [no_longer_so.as_it_stands(each, after) for each in messages]
    if before.get("state") != "choosing" or after.get("state") == "choosing":
        made = [each if each is None or _LAPSED not in each.data else None for each in made]
    if after.get("state") != "choosing" or after.get("choice") is None:
        return [None if index in asking else each for index, each in enumerate(made)]
    untold = before.get("state") != "choosing" or any(map(_takes_back_asking, messages))
    again = bool(before.get("seq")) and untold and not asking
    if len(asking) < 2 and not again and (not asking or not _is_over(messages[asking[0]].data, today)):
        return made
    state = ContractState.model_validate(after)
    choice = AskedChoice.model_validate(after["choice"])
    over = choice.escalates_on < today
    data = {**_letter(state, choice), **({"deadline_on": None} if over else {})}
    if not asking:
        return [*made, Outgoing("notice", REMINDER, data)]
    kept = next((index for index in reversed(asking) if messages[index].name == REQUEST), asking[-1])
    for index in asking:
        made[index] = replace(messages[index], data=data) if index == kept else None
    return made


def _takes_back_asking(message: Outgoing) -> bool:
    return message.name == no_longer_so.TOLD_AGAIN and not _ASKING.isdisjoint(message.data["withdrawn"])


def _is_over(letter: Mapping[str, Any], today: date) -> bool:
    deadline = letter.get("deadline_on")
    return isinstance(deadline, date) and deadline < today


def _letter(state: ContractState, choice: AskedChoice) -> dict[str, Any]:
    return {
        "choices": choice.offered,
        "reason": choice.reason,
        "effective_on": choice.effective_on,
        "asked_on": choice.opened_on,
        "deadline_on": choice.escalates_on,
        "articles": choice.articles,
        "chapter": state.chapter,
    }
