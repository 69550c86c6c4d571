"""The desk on the API's app: its pages below `/desk`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from desk.pages import contracts, entrance, forms, members, office, people, runs, what_if, work
from desk.web import Desk, Handler, signed_in

_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", office.today),
    ("GET", "/people", people.search),
    ("GET", "/people/{id}", people.person),
    ("GET", "/people/{id}/fill", people.person),
    ("POST", "/people/{id}/fill", people.person_again),
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
    ("GET", "/{place}/{id}/do/{form}", forms.form),
    ("GET", "/{place}/{id}/fill/{form}", forms.form),
    ("POST", "/{place}/{id}/fill/{form}", forms.again),
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
        Route("/oidc/back", own(entrance.back_from_provider), methods=["GET"]),
        Route("/language", own(entrance.language), methods=["GET"]),
        *(Route(path, signed_in(desk, handler), methods=[method]) for method, path, handler in _PAGES),
        Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
    ]

    async def missing(request: Request, _: Exception) -> Response:
        return await signed_in(desk, office.nowhere)(request)

    app.mount("/desk", Starlette(routes=routes, exception_handlers={404: missing}), name="desk")
