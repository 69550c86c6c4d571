"""The app: doors, errors, health and metrics."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Lifespan

from api import clock, health
from api.care import ahead, decided, events, people, tasks, why
from api.carrier import filing_status, line_notices, payables
from api.carrier.resending import to_sender
from api.contracts import applications, billing, changes, choices, filings, money, what_if
from api.contracts import imports as contract_imports
from api.contracts import routes as contracts
from api.decisions import club, terms, wakwak
from api.doors.auth import caller
from api.doors.problems import Problem
from api.doors.query import only_declared
from api.doors.send import unavailable
from api.exchanges import case, own_sessions, sessions
from api.exchanges import routes as exchanges
from api.memberships import imports as membership_imports
from api.memberships import routes as memberships
from api.memberships import storage
from api.programs import routes as programs
from api.published import docs, guide
from api.rollouts import routes as rollouts
from api.services import AWAY, Services
from api.wire import misfits
from api.wire.document import complete
from api.wire.limits import LimitsMiddleware

log = logging.getLogger(__name__)

_TAGS = [
    {"name": "decisions", "description": "Pure answers for a call centre's “what if”; nothing is created."},
    {"name": "contracts", "description": "WAKWAK connection contracts."},
    {"name": "rollouts", "description": "Changes that reach many contracts: mergers, discontinuation, changed terms."},
    {"name": "memberships", "description": "フレッツ光メンバーズクラブ: members and their points."},
    {"name": "sessions", "description": "A member's own session: balance, items, exchanges."},
    {"name": "programs", "description": "Set-based runs by the calendar: the club's plan and its wind-down."},
    {"name": "people", "description": "Contractors and members: found, read, changed; and who looked at whose data."},
    {"name": "why", "description": "Decisions unfolded in plain words, and lives as pictures."},
    {"name": "tasks", "description": "What waits for an operator, and letters sent again."},
    {"name": "events", "description": "What happened, as CloudEvents from a cursor."},
    {"name": "carrier", "description": "NTT's signed callbacks, and what is owed to NTT."},
    {"name": "clock", "description": "Business time; movable in a rehearsal environment only."},
]

ROOMS = (
    health,
    clock,
    wakwak,
    terms,
    club,
    applications,
    contract_imports,
    changes,
    contracts,
    billing,
    money,
    filings,
    what_if,
    membership_imports,
    memberships,
    storage,
    programs,
    sessions,
    own_sessions,
    exchanges,
    case,
    filing_status,
    rollouts,
    choices,
    line_notices,
    payables,
    people,
    why,
    tasks,
    ahead,
    decided,
    events,
    docs,
    guide,
)
"""In the order of the published document."""


PURE = (wakwak, terms, club)
"""The rooms whose doors ask for no key themselves."""


class Doors(FastAPI):
    """The app, with a published document that says everything."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = complete(super().openapi())
        return self.openapi_schema


def published() -> dict[str, Any]:
    """The OpenAPI document; nothing behind the doors is needed to publish it."""
    return _doors(None).openapi()


def create_app(services: Services) -> FastAPI:
    """The HTTP doors on the given services."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        for begin in services.on_start:
            await begin()
        yield
        for end in services.on_stop:
            await end()

    app = _doors(life)
    app.state.services = services
    app.add_middleware(LimitsMiddleware)
    _answer_errors(app)
    return app


def _doors(life: Lifespan[FastAPI] | None) -> Doors:
    app = Doors(
        title="Keiyaku",
        version="1",
        description="Contract lifecycles of WAKWAK contracts and フレッツ光メンバーズクラブ memberships.",
        openapi_tags=_TAGS,
        lifespan=life,
        dependencies=[Depends(only_declared)],
        # Their own pages ask the internet for scripts; ours are in `api.published.docs`.
        docs_url=None,
        redoc_url=None,
    )
    for room in ROOMS:
        # Nobody asks a question without a key, though the answer depends on nothing but the question.
        asked = [Depends(caller)] if room in PURE else []
        app.include_router(room.router, dependencies=asked)
    return app


def problem_response(request: Request, problem: Problem, more: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem document as it answers a request; `more` headers as given."""
    problem = to_sender(request.method, request.url.path, problem)
    headers = {**(more or {}), **({"Retry-After": "5"} if problem.status == 503 else {})}
    if problem.status in {408, 413}:
        headers["Connection"] = "close"
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem.body(), problem.status, headers, media_type="application/problem+json")


def _answer_errors(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def known(request: Request, problem: Problem) -> JSONResponse:
        return problem_response(request, problem)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem_response(request, _malformed(error))

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> JSONResponse:
        codes = {400: "MALFORMED", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
        problem = Problem(error.status_code, codes.get(error.status_code, "ERROR"), str(error.detail))
        allowed = {"Allow": _allowed(app, request)} if error.status_code == 405 else None
        return problem_response(request, problem, allowed)

    async def away(request: Request, error: Exception) -> JSONResponse:
        log.warning("not answering: %s", type(error).__name__)
        return problem_response(request, unavailable())

    @app.exception_handler(DataError)
    async def unstorable(request: Request, error: DataError) -> JSONResponse:
        log.info("unstorable input: %s", type(error.orig).__name__)
        if "\x00" in request.url.path or "%00" in request.url.path:
            return problem_response(request, Problem(404, "NOT_FOUND", "There is nothing under this id."))
        unfit = Problem(400, "MALFORMED", "A value cannot be stored; send plain text and sane numbers.")
        return problem_response(request, unfit)

    @app.exception_handler(UnicodeEncodeError)
    async def unspeakable(request: Request, error: UnicodeEncodeError) -> JSONResponse:
        log.info("text that is not Unicode: %s", error.reason)
        unfit = Problem(400, "MALFORMED", "A text holds half a surrogate pair; send valid Unicode.")
        return problem_response(request, unfit)

    for kind in AWAY:
        app.add_exception_handler(kind, away)


def _allowed(app: FastAPI, request: Request) -> str:
    """The methods of everything that stands under the path of a request."""
    here, found = request.scope["path"], set[str]()
    for each in iter_route_contexts(app.routes):
        if each.path is not None and compile_path(each.path)[0].match(here):
            found |= set(each.methods or ())
    return ", ".join(sorted(found))


def _malformed(error: RequestValidationError) -> Problem:
    """Which fields do not fit, and why; never the values, which may be personal."""
    wrong = misfits.named(error.errors())
    if any(each["loc"][:1] == ("path",) for each in error.errors()):
        return Problem(404, "NOT_FOUND", "There is nothing under this id.")
    return Problem(400, "MALFORMED", f"The request does not fit: {misfits.sentence(wrong)}", errors=wrong)
