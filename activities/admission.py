"""What may be asked straight through Temporal, where everybody who reaches its frontend can ask (see `models.seal`)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.carrier.filing import filing_input
from decisions.domain import AnyDomain
from models.messages.contract.contract import ContractState
from models.messages.contract.contract import workflow_id as contract_entity
from models.messages.entity import NOT_RECORDED, AgendaItem, Command, DecisionFailed, RecordRequest, Refused
from models.messages.filing import (
    SEND_FILING,
    SEND_WITHDRAWAL,
    START_FILING,
    WITHDRAW_FILING,
    FilingInput,
    FilingState,
    known_of,
)
from models.messages.filing import workflow_id as filing_entity
from models.messages.results import RESULTS, UNSEALED_RESULT
from models.seal import START, Seals
from models.tables.log import Entity, Transition

STRAIGHT = "temporal:"
"""How the actor of a command begins that came without a door: who sent it is only what it says."""

ACTOR_MAX = 80

_BEGUN_BY_ANYBODY = frozenset({"contract", "filing", "membership", "rollout"})
"""Kinds that may begin by a start straight through Temporal; an exchange needs a member's session."""


def admitted(seals: Seals | None, domain: AnyDomain, request: RecordRequest, command: Command) -> Command | Refused:
    """The command as it counts, or why it does not.

    With a seal of ours it counts as it is. Without one, only what is published for operators does (an operation with
    an example, a beginning): at the moment it is decided, in nobody's name but Temporal's, and approving nothing.
    What an execution makes of an effect's result counts as the worker sealed it that carried the effect out.

    Args:
        seals: None: no secret is known here, and everything counts.
        domain: the kind of entity.
        request: what came with it.
        command: what is asked.
    """
    if not _is_of(request, command):
        what = "An execution decides about what its id names"
        return _refused("OTHER_ENTITY", f"{what}: {request.entity_id} is no other {request.kind}.")
    if seals is None:
        return command
    if request.outside is None:
        return command if is_our_own(seals, request, command) else _not_taken(request)
    return _from_outside(seals, domain, request, command)


def _from_outside(seals: Seals, domain: AnyDomain, request: RecordRequest, command: Command) -> Command | Refused:
    name = START if request.outside == START else str(request.name)
    if seals.holds(request.entity_id, name, command):
        return command
    if command.seal is not None:
        return _refused("BAD_SEAL", "The seal of this command is not ours, or something in it was changed.")
    operation = domain.operations.get(str(request.name))
    published = operation is not None and bool(operation.example)
    if not (published if request.outside != START else domain.kind in _BEGUN_BY_ANYBODY):
        what = f"{request.name} is not sent straight through Temporal"
        return _refused("NOT_PUBLISHED", f"{what}: the page of the execution lists what is; the API has the rest.")
    actor = command.actor.removeprefix(STRAIGHT)
    # Nothing is said in another's name, and no free text goes along.
    return command.model_copy(
        update={"at": None, "actor": f"{STRAIGHT}{actor}"[:ACTOR_MAX], "on_behalf_of": None, "approved": False}
    )


_OWN_ID = {
    "contract": "contract_id",
    "exchange": "exchange_id",
    "filing": "filing_id",
    "membership": "member_id",
    "program": "code",
    "rollout": "rollout_id",
}
"""Kind → the field of its beginning that names it."""


def _is_of(request: RecordRequest, command: Command) -> bool:
    """Whether the execution's id names the kind that is decided, and a beginning no other of it.

    Anybody can start any workflow under any id, with an input that names somebody else's contract.
    """
    kind, _, own = request.entity_id.partition("/")
    named = getattr(command, _OWN_ID.get(kind, ""), None) if request.outside == START else None
    return kind == request.kind and named in (None, own)


def is_our_own(seals: Seals, request: RecordRequest, command: Command) -> bool:
    """Whether a command of an execution's own tells of no effect, or as a worker of ours has sealed it."""
    if request.name not in RESULTS:
        return True
    if isinstance(command, DecisionFailed) and command.item_id is None and command.what != SEND_FILING:
        # A decision failed, not an effect; what it says is a task and nothing else.
        return True
    return seals.holds_result(request.entity_id, str(request.name), command)


def _not_taken(request: RecordRequest) -> Refused:
    what = f"What {request.name} tells of an effect bears no seal of a worker of ours"
    return _refused(UNSEALED_RESULT, f"{what}: nothing is decided by it, and the effect is carried out again.")


def _refused(code: str, detail: str) -> Refused:
    return Refused(status=403, code=code, detail=detail, articles=["X-05"])


class OnRecord(Interceptor):
    """Effects are carried out for what is on record, whatever an execution says of itself.

    Whoever reaches Temporal can start an execution from a state of their own, or schedule the activity itself: its
    agenda would have files deleted and orders sent that nobody has decided.
    """

    def __init__(self, engine: Engine) -> None:
        """Bind the database."""
        self._engine = engine

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  # the SDK's name
        """Stand before every activity of the queue."""
        return _OnRecord(next, self._engine)


class _OnRecord(ActivityInboundInterceptor):
    def __init__(self, then: ActivityInboundInterceptor, engine: Engine) -> None:
        super().__init__(then)
        self._engine = engine

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's name
        effect = activity.info().activity_type
        if not await asyncio.to_thread(self._is_recorded, effect, input.args):
            raise ApplicationError(f"{effect} is not on record", type=NOT_RECORDED, non_retryable=True)
        return await self.next.execute_activity(input)

    def _is_recorded(self, effect: str, args: Sequence[Any]) -> bool:
        with Session(self._engine) as session:
            return is_recorded(session, effect, args)


def is_recorded(session: Session, effect: str, args: Sequence[Any]) -> bool:
    """Whether the agenda of the entity asks for the effect, or the contract for the filing, as it is recorded now."""
    asked, *others = args
    if isinstance(asked, FilingInput):
        return _is_ordered(session, asked)
    item = others[0] if others else None
    entity = session.get(Entity, asked)
    found = entity.state["agenda"].get(item.item_id) if entity is not None and isinstance(item, AgendaItem) else None
    if found is None or item is None:
        return False
    # What a defect set aside and somebody tries again is the same thing.
    tried = {"error_id": item.error_id, "tries": item.tries}
    return item.effect == effect and bool(AgendaItem.model_validate(found).model_copy(update=tried) == item)


def _is_ordered(session: Session, asked: FilingInput) -> bool:
    """Whether a contract places this very order, and NTT has not been given it yet."""
    contract = session.get(Entity, contract_entity(asked.contract_id))
    if contract is None or asked.at is None or contract.state.get("filing_id") != asked.filing_id:
        return False
    order = session.get(Entity, filing_entity(asked.filing_id))
    state, filing = ContractState.model_validate(contract.state), None
    if order is not None:
        filing = FilingState.model_validate(order.state)
    # One that is taken back before NTT has answered goes there all the same, and is taken back there.
    taken_back = filing is not None and SEND_WITHDRAWAL in filing.agenda
    wanted = state.state == "filing" or any(each.effect in _ABOUT_AN_ORDER for each in state.agenda.values())
    if not taken_back and not (wanted and (filing is None or filing.state == "prepared")):
        return False
    if state.line is None:
        return False
    said, placed = known_of(asked), filing_input(state, asked.at, None)
    if said not in (known_of(placed), *([_known(filing, said)] if filing is not None else [])):
        return False
    return asked.at in _placed_at(session, contract.entity_id, state)


_ABOUT_AN_ORDER = frozenset({START_FILING, WITHDRAW_FILING})


def _known(filing: FilingState, names: Iterable[str]) -> dict[str, Any]:
    state = filing.model_dump()
    return {name: state[name] for name in names}


def _placed_at(session: Session, contract_id: str, state: ContractState) -> list[datetime]:
    """The moments at which a contract placed its order: on its agenda still, or carried out."""
    ahead = [each.at for each in state.agenda.values() if each.effect == START_FILING]
    query = select(col(Transition.at)).where(
        col(Transition.entity_id) == contract_id, col(Transition.event) == START_FILING
    )
    return [*ahead, *session.execute(query).scalars()]
