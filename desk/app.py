"""The desk on the API's app: its pages below `/desk`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from api.wire.limits import show_pages
from desk.answering import lonely, of
from desk.net import Net
from desk.pages import contracts, entrance, exchanges, forms, members, office, people, runs, what_if, work
from desk.web import HEADERS, Desk, Handler, failed, not_taken, signed_in

_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", office.today),
    ("GET", "/people", people.search),
    ("GET", "/people/{id}", people.person),
    ("POST", "/people/{id}/check", people.check_person),
    ("POST", "/people/{id}", people.change_person),
    ("GET", "/letters/{kind:str}/{owner}/{notice}", people.letter),
    ("POST", "/letters/{notice}/resend", people.resend),
    ("POST", "/messages/{message}/resend", office.resend),
    ("GET", "/pictures/{kind}/{id}.svg", contracts.timeline),
    ("GET", "/contracts/{id}", contracts.contract),
    ("GET", "/contracts/{id}/what-if", what_if.what_if),
    ("GET", "/contracts/{id}/statements/{statement}", contracts.statement),
    ("GET", "/{place:str}/{id}/revisions", work.revisions),
    ("GET", "/filings/{id}", work.filing),
    ("GET", "/members/{id}", members.member),
    ("GET", "/exchanges/{id}", exchanges.exchange),
    ("GET", "/{place}/{id}/do/{form}", forms.form),
    ("POST", "/{place}/{id}/check/{form}", forms.check),
    ("POST", "/{place}/{id}/do/{form}", forms.do),
    ("GET", "/rollouts", runs.rollouts),
    ("GET", "/rollouts/{id}.csv", runs.rollout_csv),
    ("GET", "/rollouts/{id}", runs.rollout),
    ("GET", "/programs/{id}.csv", runs.program_csv),
    ("GET", "/programs/{id}", runs.program),
    ("GET", "/imports/{kind}", runs.importing),
    ("POST", "/imports/{kind}", runs.import_lines),
    ("GET", "/clock", office.clock),
    ("POST", "/clock", office.move_clock),
    ("GET", "/audit", office.audit),
    ("GET", "/lists/{name}.csv", office.list_csv),
    ("GET", "/audit/decisions.csv", office.decisions_csv),
    ("GET", "/audit/access-log.csv", office.looks_csv),
)


def mount(app: FastAPI, ui_url: str | None = None) -> None:
    """Add the desk to an app of the API.

    Args:
        app: as `api.app.create_app` makes it.
        ui_url: Temporal's Web UI with the namespace, for links to executions; None: no links.
    """
    desk = Desk(app, ui_url)

    def own(handler: Callable[[Desk, Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await handler(desk, request)

        return answer

    routes = [
        Route("/sign-in", own(entrance.sign_in), methods=["GET", "POST"]),
        Route("/sign-out", own(entrance.sign_out), methods=["POST"]),
        Route("/oidc", own(entrance.go_to_provider), methods=["GET"]),
        Route("/oidc/again", own(entrance.go_again), methods=["GET"]),
        Route("/oidc/back", own(entrance.back_from_provider), methods=["GET"]),
        Route("/language", own(entrance.language), methods=["GET", "POST"]),
        *(Route(path, signed_in(desk, handler, path), methods=[method]) for method, path, handler in _PAGES),
        *(Route(path, _to(home), methods=["GET"]) for path, home in lonely(_methods()).items()),
        Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
    ]

    async def told(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return await signed_in(desk, office.nowhere if status == 404 else office.not_so)(request)

    show_pages(app, "/desk", not_taken(desk))
    net = Middleware(Net, shown=failed(desk))
    app.mount(
        "/desk", Starlette(routes=routes, exception_handlers={HTTPException: told}, middleware=[net]), name="desk"
    )


def _methods() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"/sign-out": {"POST"}}
    for method, path, _ in _PAGES:
        found.setdefault(path, set()).add(method)
    return found


def _to(home: str) -> Callable[[Request], Awaitable[Response]]:
    """Whoever opens the address of a form, as a reload or a kept link does, is on the page it stands on."""

    async def answer(request: Request) -> Response:
        return RedirectResponse(of(request, home), 303, HEADERS)

    return answer
