"""The one door: every command of every kind is signed, rehearsed or sent once, and answered here.

A route names the kind, the command and its message; the body says how it becomes that message. What is decided is
decided behind the door, in `decisions/`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlmodel import Session

from api.doors.auth import BackOffice, House, MemberOnly, Operator
from api.doors.dry_run import dry_decision, of_an_approval
from api.doors.fields import Mutable
from api.doors.idempotency import Mutation, Work, once, operation_of
from api.doors.kinds import Kind
from api.doors.people import keep_note
from api.doors.problems import Problem
from api.doors.send import start, update
from api.services import Caller, Services
from api.wire.language import Spoken
from api.wire.spoken import IF_APPROVED, KEPT, in_english, recorded
from models.messages.entity import Answer, Command, Message
from models.tables.log import Entity, Transition
from rules.explain.articles import Language
from store.people import personal

_FINAL = frozenset({404, 409, 422})
"""A refusal that a repeat gets again: what was written for the request has no use."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """How an entity comes to be from a request: by the first command of its workflow."""

    kind: Kind
    name: str
    """The command."""
    made: Callable[[Session, str], Command]
    """(session, the new id, empty in a dry run) → the command, with what is known already and nothing written."""
    prepare: Callable[[Mutation, str], Awaitable[Message]]
    """Writes what stays in the database; gives the workflow's input, which holds ids only."""
    told: Callable[[str | None, Answer], Awaitable[dict[str, Any]]]
    """The answer; the id is None in a dry run."""
    status: int = 201
    stem: str | None = None
    """What its id is made of where two that say the same are one; None: the request's key."""
    keeps_refusals: bool = False
    """Whether a refusal leaves a record; otherwise it leaves nothing behind: no person, no line, no workflow."""


@dataclass(frozen=True)
class Door:
    """One mutation on its way in."""

    request: Request
    services: Services
    who: Caller
    dry_run: bool = False
    language: Language = "ja"
    """In which a decision is told."""

    async def send(
        self,
        kind: Kind,
        entity: str,
        name: str,
        shape: type[Command] = Command,
        body: Mutable | None = None,
        *,
        rehearsed: Callable[[], Awaitable[dict[str, Any]]] | None = None,
        afterwards: Callable[[Mutation], Awaitable[None]] | None = None,
        explain: Callable[[Problem], None] | None = None,
    ) -> JSONResponse:
        """Send one command to one entity; a dry run decides without sending.

        Args:
            kind: of the entity.
            entity: its id, as callers write it.
            name: of the command.
            shape: the command's message.
            body: what the caller sent; None where nothing was.
            rehearsed: what a dry run tells beside the decision.
            afterwards: what is written once the command was taken; safe to repeat.
            explain: adds to a refusal what its caller may want to know beside.

        Raises:
            Problem: 404 for an unknown entity, or what was refused.
        """
        made = self.signed(kind, shape, body)
        entity_id = kind.workflow_id(entity)
        if self.dry_run:
            with _explained(explain):
                answer = await self.services.read(
                    lambda session: dry_decision(session, kind.name, entity_id, name, made, self.language)
                )
            more = await rehearsed() if rehearsed is not None else {}
            return JSONResponse({**answer.decision, "state": answer.state, "dry_run": True, **more})
        await _make_ready(self.services, kind, entity)

        async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
            note_id = await self.keep_note(seen, body, entity_id)
            sent = made.model_copy(update={"op": seen.op, "at": seen.at, "note_id": note_id})
            with _explained(explain):
                try:
                    answer = await update(self.services, entity_id, name, sent)
                except Problem as problem:
                    if note_id is not None and problem.status in _FINAL:
                        await self.services.read(lambda session: personal.forget_note(session, note_id))
                    raise
            if afterwards is not None:
                await afterwards(seen)
            more = await self._shown(kind, entity)
            return 200, {**answer.decision, **more, "state": answer.state}

        return await self._spoken(await self.once(work), entity_id)

    async def begin(self, new: Beginning) -> JSONResponse:
        """Begin an entity under an id made from the request, so that a repeat finds it; a dry run begins nothing.

        Raises:
            Problem: what was refused, 503 when nobody answers.
        """
        kind = new.kind
        if self.dry_run:
            answer = await self.services.read(
                lambda session: dry_decision(session, kind.name, None, new.name, new.made(session, ""), self.language)
            )
            return JSONResponse({**await new.told(None, answer), "dry_run": True}, 200)

        def refuse_first(session: Session, entity: str) -> None:
            if session.get(Entity, kind.workflow_id(entity)) is None:
                dry_decision(session, kind.name, None, new.name, new.made(session, entity))

        async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
            entity = f"{kind.letter}{new.stem or seen.stem}"
            await self.services.read(lambda session: _check_own(session, kind, entity, seen))
            if not new.keeps_refusals:
                await self.services.read(lambda session: refuse_first(session, entity))
            made = await new.prepare(seen, entity)
            again = new.stem is not None
            try:
                answer = await start(self.services, kind, entity, made, new.name, seen.op, refused_may_return=again)
            except Problem as problem:
                if problem.status in _FINAL:
                    workflow = kind.workflow_id(entity)
                    await self.services.read(
                        lambda session: personal.forget_request(session, stem=seen.stem, entity_id=workflow)
                    )
                raise
            await self.services.read(lambda session: _check_own(session, kind, entity, seen))
            return new.status, await new.told(entity, answer)

        try:
            return await self._spoken(await self.once(work))
        except Problem as problem:
            if "reasons" in problem.extra:
                problem.detail = (await self._said(problem.body()))["detail"]
            raise

    async def once(self, work: Work) -> JSONResponse:
        """Do something once for the caller's `Idempotency-Key`: for what is more than one command.

        Raises:
            Problem: as `api.doors.idempotency.once`.
        """
        return await once(self.request, self.services, self.who, work)

    def signed(self, kind: Kind, shape: type[Command], body: Mutable | None) -> Command:
        """The command as this caller sends it.

        Raises:
            Problem: 400, a value is beyond what any command may hold.
        """
        try:
            return shape(
                actor=self.who.name,
                on_behalf_of=body.on_behalf_of if body else None,
                reason_code=(body.reason_code if body else None) or kind.usual_reason,
                approved=self.who.role == "operator" and body is not None and body.reason is not None,
                **(body.facts() if body else {}),
            )
        except ValidationError:
            raise Problem(400, "MALFORMED", "A date, number or text is beyond what is taken.") from None

    async def keep_note(self, seen: Mutation, body: Mutable | None, entity_id: str | None = None) -> str | None:
        """Keep a body's free text in the database, as an entity's; its id goes to Temporal."""
        text = body.note() if body else None
        if text is None:
            return None
        return await self.services.read(lambda session: keep_note(session, f"N{seen.stem}", text, seen.at, entity_id))

    async def _spoken(self, kept: JSONResponse, entity_id: str | None = None) -> JSONResponse:
        """An answer with its sentences as this caller reads them, though another one was the first to be told.

        What is kept under a key is in the language of the log: whoever repeats the request may read another.
        """
        said = await self._said(json.loads(bytes(kept.body)), entity_id)
        return JSONResponse(said, kept.status_code, media_type=kept.media_type)

    async def _said(self, told: dict[str, Any], entity_id: str | None = None) -> dict[str, Any]:
        entity_id = entity_id or told.get("workflow_id")
        inner = told.get("decision")
        nested = isinstance(inner, dict)
        decision: dict[str, Any] = inner if isinstance(inner, dict) else told
        if entity_id is None or "detail" not in decision:
            return told
        if told.get("state") == "declined" and not nested:
            decision = {"outcome": "declined", "articles": told["articles"], "detail": told["detail"]}
        found = await self._recorded(entity_id, Answer(state=str(told.get("state", "")), decision=decision))
        if not nested:
            return {**told, **{name: found[name] for name in ("detail", "revises", IF_APPROVED) if name in found}}
        # Beside the decision, some answers have its fields once more.
        beside = {"detail": found["detail"]} if told.get("detail") == decision["detail"] else {}
        return {**told, **beside, "decision": found}

    async def _recorded(self, entity_id: str, answer: Answer) -> dict[str, Any]:
        kind = entity_id.partition("/")[0]
        if self.language == KEPT:  # as it is kept, but for names in place of codes: the log need not be read
            return in_english(answer, kind).decision
        op = operation_of(self.request, self.who)

        def worded(session: Session) -> Answer:
            waits = partial(of_an_approval, session, kind, entity_id)
            return recorded(session, entity_id, op, answer, self.language, waits)

        return (await self.services.read(worded)).decision

    async def _shown(self, kind: Kind, entity: str) -> dict[str, Any]:
        shown = kind.shown
        return {} if shown is None else await self.services.read(lambda session: shown(session, entity))


def _check_own(session: Session, kind: Kind, entity: str, seen: Mutation) -> None:
    """Of two requests that would begin the same, the first recorded has begun it.

    Raises:
        Problem: 409 `ALREADY_BEGUN`, naming it.
    """
    first = session.get(Transition, (kind.workflow_id(entity), 1))
    if first is not None and first.op != seen.op:
        detail = f"The very same {kind.name} has been begun by another request: {entity}. Nothing has been done."
        begun: dict[str, Any] = {f"{kind.name}_id": entity}
        raise Problem(409, "ALREADY_BEGUN", detail, **begun)


@contextmanager
def _explained(explain: Callable[[Problem], None] | None) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        if explain is not None:
            explain(problem)
        raise


async def deliver(services: Services, kind: Kind, entity: str, name: str, command: Command) -> Answer:
    """One command that nobody sent through a route of its own: what NTT tells, what follows from a payment.

    Raises:
        Problem: as `api.doors.send.update`.
    """
    await _make_ready(services, kind, entity)
    return await update(services, kind.workflow_id(entity), name, command)


async def _make_ready(services: Services, kind: Kind, entity: str) -> None:
    if kind.missing is not None:
        known = await services.read(lambda session: session.get(Entity, kind.workflow_id(entity)) is not None)
        if not known:
            raise Problem(404, "NOT_FOUND", kind.missing)
    if kind.ready is not None:
        await kind.ready(services, entity)


async def _for_backoffice(
    request: Request, house: House, who: BackOffice, language: Spoken, *, dry_run: bool = False
) -> Door:
    return Door(request, house, who, dry_run, language)


async def _for_operators(
    request: Request, house: House, who: Operator, language: Spoken, *, dry_run: bool = False
) -> Door:
    return Door(request, house, who, dry_run, language)


async def _for_backoffice_sending(request: Request, house: House, who: BackOffice, language: Spoken) -> Door:
    return Door(request, house, who, language=language)


async def _for_operators_sending(request: Request, house: House, who: Operator, language: Spoken) -> Door:
    return Door(request, house, who, language=language)


async def _for_members(request: Request, house: House, who: MemberOnly, language: Spoken) -> Door:
    """Keys of requests belong to the member, so that a new session repeats what an old one began."""
    return Door(request, house, Caller(f"member/{who.member_id}", "member"), language=language)


BackOfficeDoor = Annotated[Door, Depends(_for_backoffice)]
"""Applications and customers' requests; with `?dry_run=`."""
OperatorDoor = Annotated[Door, Depends(_for_operators)]
"""Decisions, rollouts, programmes; with `?dry_run=`."""
BackOfficeSending = Annotated[Door, Depends(_for_backoffice_sending)]
"""As `BackOfficeDoor`, where there is no dry run."""
OperatorSending = Annotated[Door, Depends(_for_operators_sending)]
"""As `OperatorDoor`, where there is no dry run."""
MemberDoor = Annotated[Door, Depends(_for_members)]
"""A member's own session; there is no dry run."""
