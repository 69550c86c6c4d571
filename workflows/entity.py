"""A long-lived entity: one state, one lock, one agenda, one timer.

Every kind shares the way of a command: check (validator), decide and record (one local activity), adopt, wait.
A subclass names its input, its updates and its effects; see `workflows.contract`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Literal, TypeVar

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from models import spread
    from models.messages.entity import (
        EFFECT_FAILED,
        LOG_IS_BEHIND,
        NOT_RECORDED,
        REFRESH,
        SETTLE_DEFECT,
        UNANSWERED,
        UPGRADE,
        AgendaItem,
        Answer,
        Command,
        EntityState,
        Recorded,
        RecordRequest,
        Unanswered,
    )
    from models.messages.results import EFFECT_DONE, effect_failed, not_begun
    from models.operations.operation import Operations, allowed, impossible, refused_at_once
    from pages.parts import label
    from workflows.effects import PAUSES_S, carried_out, not_taken
    from workflows.recording import record
    from workflows.refusals import refusal, refused_as

S = TypeVar("S", bound=EntityState)

MENDING_S = 3_600
"""How long after a defect the beginning of an entity is tried again by itself."""

RECHECK_S = 3
"""How soon a timer that was early looks again."""

HELD_PAGE = """# ⚠ データベースの記録が古い

この実行が知る記録({seq}番)がデータベースにありません。バックアップから戻した場合は、次のどちらかを選んでください。

- より新しいバックアップを戻す(自動で再開します)
- データベースの記録を正とする: `keiyaku recover --adopt-database`
"""
"""What an operator reads of an entity whose database is older than its execution."""

EVENTS_MAX = 4_000
"""Continue as new by then even where the server does not suggest it."""

DONE_MAX = 300
"""Operation ids carried to the next run; the log knows the older ones."""

EFFECT_S = 20
"""How long one outside effect may take; a set-based one says its own time, and a heartbeat, in its item's data."""


class Entity(Generic[S]):
    """Base of entity workflows; holds everything that is the same for all of them."""

    kind: ClassVar[str]
    operations: ClassVar[Operations]
    effect_queue: ClassVar[str | None] = None
    spreads: ClassVar[bool] = False
    """Whether there are so many of them that one midnight's wake-ups are spread."""

    def __init__(self, state: S, offset_s: float | None, done: list[str]) -> None:
        """Begin from a state, the carried-over one or an empty one."""
        self.state = state
        self.offset_s = offset_s
        self.done = list(done)
        self.spread_s = 0.0
        self._lock = asyncio.Lock()
        self._changes = 0
        self._not_taken = 0
        self._behind = False
        known = workflow.info().typed_search_attributes
        self._published: dict[str, Any] = {pair.key.name: pair.value for pair in known}

    # What a subclass says of itself

    def render(self) -> str:
        """The operator's page."""
        raise NotImplementedError

    def search_attributes(self) -> list[Any]:
        """Search attribute updates that describe the state."""
        raise NotImplementedError

    def next_input(self) -> Any:
        """The input of the next run."""
        raise NotImplementedError

    def carried(self) -> dict[str, Any]:
        """What every next run is given: state, answered operations and the execution's own clock offset."""
        return {"state": self.state.model_dump(mode="json"), "done": self.done, "offset_s": self.offset_s}

    @property
    def begun(self) -> bool:
        """Whether its first decision is recorded; before that there is nothing to live by."""
        return self.state.seq > 0

    def later_by_s(self, item: AgendaItem) -> float:
        """Real seconds after its moment at which it wakes for an item; one that is spread only."""
        return spread.later_by_s(workflow.info().workflow_id, item.at, self.spread_s)

    # Time

    def business_now(self) -> datetime:
        """This execution's own idea of business time; serves only to compute how long to sleep."""
        return workflow.now() + timedelta(seconds=self.offset_s or 0)

    # The way of a command

    def check(self, name: str, command: Command) -> None:
        """Refuse before anything is written to history; passes where due items may change the answer first.

        Raises:
            ApplicationError: `ILLEGAL_TRANSITION` with state and allowed names, or `REASON_REQUIRED`.
        """
        operation = self.operations[name]
        op = command.op or _update_id()
        if op in self.done:
            return
        if operation.needs_reason and command.reason_code is None:
            message = f"{name} is for an operator to decide: send actor and reason_code."
            raise ApplicationError(message, type="REASON_REQUIRED", non_retryable=True)
        moment = command.at or self.business_now()
        if self._behind or self._lock.locked():
            return
        if refused_at_once(self.operations, name, self.state, command, moment):
            raise refused_as(
                "ILLEGAL_TRANSITION",
                impossible(self.kind, name, self.state),
                {
                    "status": 409,
                    "state": self.state.state,
                    "allowed": allowed(self.operations, self.state),
                    "seq": self.state.seq,
                },
            )

    async def carry_out(self, name: str, command: Command) -> Answer:
        """Decide and record one command under the entity's lock, adopt what came out, answer the caller.

        Raises:
            ApplicationError: what was asked is refused; the type is the refusal's code.
        """
        if command.op is None:
            command = command.model_copy(update={"op": _update_id()})
        async with self._lock:
            recorded = await self._record(name, command, outside="update")
        self.done = [*self.done[-DONE_MAX + 1 :], str(command.op)]
        if recorded.refused is not None:
            raise refusal(recorded.refused)
        if recorded.answer is None:
            message = f"{name}: neither answered nor refused"
            raise ApplicationError(message, type="NO_ANSWER", non_retryable=True)
        return recorded.answer

    @workflow.signal(name=REFRESH, description="外で決まった記録を読み直す")
    def refresh(self) -> None:
        """Something was recorded from outside, as a rollout does: read it, and carry out what is due."""
        self._behind = True

    @workflow.signal(name=UPGRADE, description="新しい版への切替えの知らせ")
    def upgrade(self) -> None:
        """Another version of the code is current: a sleeper learns of it only with a task, and this is one."""

    @workflow.update(name=UNANSWERED, description="相手方の応答がないことの記録")
    async def unanswered(self, command: Unanswered) -> Answer:
        """Whoever carries out an effect of ours is not answered: an operator is told, while it goes on asking."""
        return await self.carry_out(UNANSWERED, command)

    async def _read_record(self) -> None:
        self._behind = False
        async with self._lock:
            recorded = await self._record(None)
            if type(self.state).model_validate(recorded.state) != self.state:
                # As many entries, and others: what it was carried on with in a worker's place is not the record.
                self._take(recorded)

    async def _record(
        self,
        name: str | None,
        command: Command | None = None,
        until: datetime | None = None,
        *,
        outside: Literal["start", "update"] | None = None,
    ) -> Recorded:
        """The one local activity; while the database is away, a durable timer, then the same operation again."""
        request = RecordRequest(
            kind=self.kind,
            entity_id=workflow.info().workflow_id,
            seq=self.state.seq,
            name=name,
            until=until,
            command=command.model_dump(mode="json") if command is not None else {},
            offset_s=self.offset_s,
            outside=outside,
        )
        recorded = await record(request, self._summary(name, until))
        self._adopt(recorded)
        return recorded

    def _summary(self, name: str | None, until: datetime | None) -> str:
        """What the timeline shows of a decision."""
        if name is None:
            return "期日の処理" if until is not None else "記録の読み直し"
        operation = self.operations.get(name)
        return operation.description if operation else name

    def _adopt(self, recorded: Recorded) -> None:
        """Take the recorded state as it is; the machine is not asked again."""
        self.offset_s, self.spread_s = recorded.offset_s, recorded.spread_s
        if recorded.state["seq"] == self.state.seq:
            return
        self._take(recorded)

    def _take(self, recorded: Recorded) -> None:
        self.state = type(self.state).model_validate(recorded.state)
        self._changes += 1
        self._publish()

    def _publish(self) -> None:
        try:
            # Of a closed entity nobody looks ahead: its last attributes stay, which saves an event.
            updates = [] if self.state.closed else self.search_attributes()
            page = self.render()
        except Exception:  # noqa: BLE001  # logged whole
            # What an operator sees is not what the entity lives by: without this a defect of a page would stop it.
            workflow.logger.exception("%s cannot be shown", workflow.info().workflow_id)
            updates, page = [], f"⚠ このページは表示できません(状態: {self.state.state})"
        changed = [each for each in updates if self._published.get(each.key.name, _ABSENT) != each.value]
        if changed:
            workflow.upsert_search_attributes(changed)
            self._published.update({each.key.name: each.value for each in changed})
        workflow.set_current_details(page)

    # Waiting

    async def live(self, begin: Callable[[], Any] | None = None) -> str:
        """Wait for the agenda and for updates until the entity is closed; continue as new when it is time."""
        if self.begun:
            self._publish()
        elif begin is not None:
            await begin()
        while not self.state.closed:
            try:
                await self._go_on()
            except ApplicationError as error:
                if error.type != LOG_IS_BEHIND or not workflow.patched("held-while-log-is-behind"):
                    raise
                await self._hold()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.state.state

    async def _go_on(self) -> None:
        """The next thing: a record to read, a new run, an effect, or what is due."""
        if self._behind:
            await self._read_record()
            return
        if self._ends_run():
            await workflow.wait_condition(workflow.all_handlers_finished)
            if self._ends_run() and not self._behind:
                workflow.continue_as_new(self.next_input(), initial_versioning_behavior=_next_version())
        effect = self._next_effect()
        if effect is not None:
            await self._carry_out_effect(effect)
            return
        item = await self._wait()
        if item is not None:
            await self._carry_out_due(item)

    async def _hold(self) -> None:
        """The database is older than what is known here: for an operator to say which of the two is true.

        `keiyaku recover --adopt-database` starts it again from the database; a database brought up to date is found
        by looking again.
        """
        workflow.set_current_details(HELD_PAGE.format(seq=self.state.seq))
        if "NeedsOperator" in self._published:
            workflow.upsert_search_attributes([SearchAttributeKey.for_bool("NeedsOperator").value_set(True)])
            self._published["NeedsOperator"] = True
        workflow.logger.error("LOG_IS_BEHIND: %s is held for an operator", workflow.info().workflow_id)
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._behind, timeout=MENDING_S, timeout_summary="担当者の判断待ち(記録が古い)"
            )

    async def _carry_out_due(self, item: AgendaItem) -> None:
        async with self._lock:
            if self.state.agenda.get(item.item_id) != item:
                return
            before = self.state.seq
            await self._record(None, until=item.at)
        if self.state.seq == before:
            # This execution's clock is ahead of the database's, as it can be while a rehearsal's clock is frozen.
            seen = self._changes
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: self._changes != seen, timeout=RECHECK_S, timeout_summary=f"{label(item)}(時計待ち)"
                )

    def _ends_run(self) -> bool:
        """Whether this run has become long, or another version of the code is to go on from here."""
        info = workflow.info()
        if info.is_target_worker_deployment_version_changed():
            return True
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > EVENTS_MAX

    def _next_effect(self) -> AgendaItem | None:
        effects = [item for item in self.state.agenda.values() if item.effect is not None and item.error_id is None]
        return min(effects, key=lambda item: (item.at, item.item_id), default=None)

    async def _carry_out_effect(self, item: AgendaItem) -> None:
        """An outside effect is an ordinary activity, retried until it is done; then its item is taken off."""
        came = await carried_out(
            str(item.effect),
            [workflow.info().workflow_id, item],
            task_queue=self.effect_queue,
            start_to_close_timeout=timedelta(seconds=item.data.get("timeout_s", EFFECT_S)),
            heartbeat_timeout=timedelta(seconds=item.data["heartbeat_s"]) if "heartbeat_s" in item.data else None,
            summary=label(item),
        )
        if came.failed == NOT_RECORDED:
            await self._adopt_record()
            return
        name: str = EFFECT_DONE
        command: Command = came.done(item)
        if came.error_id is not None:
            name, command = EFFECT_FAILED, effect_failed(item, came.error_id)
        async with self._lock:
            recorded = await self._record(name, came.sealed(name, command))
        if not_taken(recorded):
            await self._pause_before_again()

    async def _pause_before_again(self) -> None:
        """Carried out again, which is safe, but not as fast as somebody can answer in a worker's place."""
        seconds = PAUSES_S[min(self._not_taken, len(PAUSES_S) - 1)]
        self._not_taken += 1
        await workflow.sleep(seconds, summary="結果の確認ができないため再実行")

    async def _adopt_record(self) -> None:
        """What was asked for here is not on record: the record is the truth, also where both count as many entries."""
        async with self._lock:
            self._take(await self._record(None))

    async def _until_mended(self, what: str, error_id: str, values: dict[str, Any]) -> None:
        """Its beginning failed by a defect: an operator is told; then wait until they say so, or an hour.

        Args:
            what: what failed, for the operator.
            error_id: what the worker's log explains.
            values: fields of the state without which its row cannot stand.
        """
        async with self._lock:
            await self._record(EFFECT_FAILED, not_begun(what, error_id, values))
        await self._wait_for_mending()

    async def _wait_for_mending(self) -> None:
        seen = self._changes
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._changes != seen, timeout=MENDING_S, timeout_summary="不具合で保留した開始の再試行"
            )

    async def _mended(self) -> None:
        """The beginning has worked at last: nothing of it waits for an operator any more."""
        if self.state.has_defect:
            async with self._lock:
                await self._record(SETTLE_DEFECT, Command(op=f"mended/{self.state.seq}", actor="worker"))

    async def _wait(self) -> AgendaItem | None:
        """Sleep until the earliest item is due and give it, or give None when something changed."""
        item = self.state.next_item()
        seen = self._changes

        def changed() -> bool:
            return self._changes != seen or self.state.closed or self._behind or self._ends_run()

        if changed():
            return None
        if item is None:
            await workflow.wait_condition(changed)
            return None
        seconds = (item.at - self.business_now()).total_seconds()
        if self.spreads:
            seconds += self.later_by_s(item)
        if seconds <= 0:
            return item
        try:
            # A timer of zero throws, hence the check above; the label is what the operator reads.
            await workflow.wait_condition(changed, timeout=seconds, timeout_summary=label(item))
        except TimeoutError:
            return item
        return None


_ABSENT = object()


def _next_version() -> workflow.ContinueAsNewVersioningBehavior | None:
    """A pinned run stays with its version; the next one goes to the version that is wanted now."""
    changed = workflow.info().is_target_worker_deployment_version_changed()
    return workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE if changed else None


def _update_id() -> str:
    update = workflow.current_update_info()
    return f"update/{update.id}" if update is not None else f"run/{workflow.info().run_id}"
