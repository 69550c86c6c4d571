"""A rollout from its announcement to the last outcome; one page of work is under way at a time (W-14.1, W-26.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from decisions.common.effects import effect_done
from decisions.domain import Context, NotAllowedError, Step, known, operator_task
from decisions.rollout.changed import Values, patch
from decisions.rollout.facts import RolloutKnown
from models.messages.entity import AgendaItem, Command, EffectDone
from models.messages.rollout import MOVE_CONTRACTS, SEND_NOTICES, WAKE_CONTRACTS, Announce, ResumeRollout, RolloutState
from rules.calendar import japan_day, start_of
from rules.citation import Decision
from rules.courses import rollout

NOTIFY = "notify"
START = "start"
FAILED = "ROLLOUT_FAILED"

PAGE_TIMEOUT_S = 900
"""The longest one page may take, with every contract of it slow to answer."""

PAGE_HEARTBEAT_S = 10
"""A worker that died is noticed after so long."""


def announce(state: RolloutState, command: Announce, context: Context) -> list[Step]:
    """A change is announced, ahead of its day (W-14.1, W-26.1, A-51); whom it reaches is selected with this entry.

    Raises:
        Refusal: those of `rules.courses.rollout.plan`.
    """
    if state.seq:
        message = "The rollout exists already."
        raise NotAllowedError(message, articles=("W-14.1",))
    courses = list(dict.fromkeys(command.courses))
    decision = rollout.plan(command.kind, courses, command.to_course, command.announced_on, command.effective_on)
    today = japan_day(context.moment)
    notified = command.announced_on <= today
    articles = list(decision.articles)
    values: Values = {
        "rollout_id": command.rollout_id,
        "kind": command.kind,
        "to_course": command.to_course,
        "announced_on": command.announced_on,
        "effective_on": command.effective_on,
        "courses": courses,
        "text_id": command.note_id,
        "articles": articles,
        "notified": notified,
    }
    agenda = {START: _item(START, start_of(command.effective_on), command.effective_on, articles, "一斉変更の実施")}
    if notified:
        agenda |= _page(state, SEND_NOTICES, context.moment, articles)
        values["page"] = state.page + 1
    else:
        at = start_of(command.announced_on)
        agenda[NOTIFY] = _item(NOTIFY, at, command.announced_on, articles, "一斉変更の告知")
    return [Step("announce", decision, patch(values, put={"agenda": agenda}), state_from=today)]


def notify(state: RolloutState, item: AgendaItem, context: Context) -> list[Step]:
    """The day of the announcement has come: notices go out, unless an operator holds the rollout (W-14.1)."""
    detail = "The announcement is put out."
    decision = Decision("notified", tuple(item.articles), item.on, None, detail)
    values: Values = {"notified": True}
    put: dict[str, AgendaItem] = {}
    if state.state != "paused" and not _under_way(state):
        put = _page(state, SEND_NOTICES, context.moment, item.articles)
        values["page"] = state.page + 1
    return [Step(NOTIFY, decision, patch(values, put={"agenda": put}, drop={"agenda": [NOTIFY]}), received_at=item.at)]


def start(state: RolloutState, item: AgendaItem, context: Context) -> list[Step]:
    """The effective day has come; a paused rollout begins when it is resumed (W-14.1, W-26.1).

    With this entry the contracts are selected again: who joined a course since then is reached too.
    """
    values: Values = {"begun": True, "notified": True}
    drop = {"agenda": [START]}
    if state.state == "paused":
        detail = "The day has come while an operator holds the rollout; it begins when it is resumed."
        decision = Decision("held", tuple(item.articles), item.on, None, detail)
        return [Step(START, decision, patch(values, drop=drop), received_at=item.at)]
    decision = Decision("running", tuple(item.articles), item.on, None, "The change takes effect.")
    put: dict[str, AgendaItem] = {}
    if not _under_way(state):
        # Who joined since the announcement is told first, then contracts are moved.
        put = _page(state, SEND_NOTICES, context.moment, item.articles)
        values["page"] = state.page + 1
    return [Step(START, decision, patch(values, put={"agenda": put}, drop=drop), move="start", received_at=item.at)]


def page_done(state: RolloutState, command: EffectDone, context: Context) -> list[Step]:
    """One page is done: the next one, or the end. A paused rollout stops here (W-14.1)."""
    (done,) = effect_done(state, command, context)
    asked = known(context, RolloutKnown)
    counts, unnoticed, to_wake = asked.counts, asked.unnoticed, asked.to_wake
    values: Values = {"counts": dict(counts)}
    effect = _next_effect(state, unnoticed, counts.get("planned", 0), to_wake)
    put: dict[str, AgendaItem] = {}
    if effect is not None:
        put = _page(state, effect, context.moment, state.articles)
        values["page"] = state.page + 1
    drop = {"agenda": [command.item_id]}
    if state.state == "finished":
        values["closed"] = effect is None
    step = Step(done.event, done.decision, patch(values, put={"agenda": put}, drop=drop))
    if effect is not None or state.state != "running":
        return [step]
    return [step, _end(state, counts, to_wake, context)]


def _next_effect(state: RolloutState, unnoticed: int, unmoved: int, to_wake: int) -> str | None:
    if state.state in {"paused", "finished"}:
        # Nothing more is moved, but what was recorded is told, however long an operator holds the rest.
        return WAKE_CONTRACTS if to_wake else None
    if unnoticed and state.notified:
        return SEND_NOTICES
    return MOVE_CONTRACTS if state.state == "running" and unmoved else None


def _end(state: RolloutState, counts: Mapping[str, int], to_wake: int, context: Context) -> Step:
    """Every contract has been tried: finished, or held for an operator where some failed.

    The change has then taken effect wherever it is read; workflows that do not know yet are told after it.
    """
    failed = counts.get("failed", 0)
    articles = tuple(state.articles)
    day = japan_day(context.moment)
    data = {"counts": dict(counts)}
    page = _page(state, WAKE_CONTRACTS, context.moment, state.articles) if to_wake else {}
    values: Values = {"page": state.page + 1} if to_wake else {}
    if failed and not state.accept_failed:
        detail = f"{failed} contracts failed; resume to try them again, or accept that."
        decision = Decision("held", articles, day, None, detail, data)
        tasks = operator_task(FAILED, context.moment, *articles)
        return Step("hold", decision, patch(values, put={"tasks": tasks, "agenda": page}), "hold")
    decision = Decision("finished", articles, day, None, "Every contract has its outcome.", data)
    values["closed"] = not to_wake
    return Step("finish", decision, patch(values, put={"agenda": page}), "finish")


def pause(state: RolloutState, command: Command, context: Context) -> list[Step]:
    """An operator holds the rollout; the page under way is finished first (X-05)."""
    _ = command
    detail = "Held; the page under way is finished first." if _under_way(state) else "Held."
    decision = Decision("paused", (*state.articles, "X-05"), japan_day(context.moment), None, detail)
    return [Step("pause", decision, move="pause")]


def resume(state: RolloutState, command: ResumeRollout, context: Context) -> list[Step]:
    """An operator lets it go on; with this entry failed contracts are planned again, unless accepted (X-05)."""
    values: Values = {"accept_failed": command.accept_failed}
    put: dict[str, AgendaItem] = {}
    if not _under_way(state) and state.notified:
        # A page of notices with nobody left to tell is the quickest way to the next decision.
        put = _page(state, SEND_NOTICES, context.moment, state.articles)
        values["page"] = state.page + 1
    move = "resume" if state.begun else "wait_again"
    outcome = "running" if state.begun else "announced"
    decision = Decision(outcome, (*state.articles, "X-05"), japan_day(context.moment), None, "Goes on.")
    change = patch(values, put={"agenda": put}, drop={"tasks": list(state.tasks)})
    return [Step("accept_failed" if command.accept_failed else "resume", decision, change, move=move)]


def _under_way(state: RolloutState) -> bool:
    return any(item.effect is not None for item in state.agenda.values())


def _item(event: str, at: datetime, on: date, articles: list[str], label: str) -> AgendaItem:
    return AgendaItem(item_id=event, event=event, at=at, on=on, articles=articles, label=f"{label} {on}")


def _page(state: RolloutState, effect: str, at: datetime, articles: list[str]) -> dict[str, AgendaItem]:
    """One page of work as an agenda item, so that a page is what is waited for, retried and paused after."""
    number = state.page + 1
    label = {SEND_NOTICES: "告知の送付", MOVE_CONTRACTS: "契約ごとの変更", WAKE_CONTRACTS: "契約画面の更新"}[effect]
    item = AgendaItem(
        item_id=f"page_{number}",
        event="page",
        at=at,
        on=japan_day(at),
        articles=list(articles),
        label=f"{label} {number}",
        effect=effect,
        data={"timeout_s": PAGE_TIMEOUT_S, "heartbeat_s": PAGE_HEARTBEAT_S},
    )
    return {item.item_id: item}
