"""Carrier steps are played with everything else, in order, each settled on both sides before the clock goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp
from temporalio.client import Client

from carrier.app import create_app
from carrier.config import CarrierConfig

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """An app in this loop; gives its base URL."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", timeout_graceful_shutdown=2))
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110 -- uvicorn offers no event for it
                await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def carrier(home: Any, client: Client, folder: Path, refusals: list[int]) -> AsyncIterator[httpx.AsyncClient]:
    """The real stand-in, calling back to a door that hands every status to its filing."""

    async def take(request: Request) -> JSONResponse:
        body = Webhook(SECRET).verify(await request.body(), dict(request.headers))
        if refusals:
            return JSONResponse({}, status_code=refusals.pop(0))
        filing_id = request.path_params["filing_id"]
        status, at = body["status"], body["occurred_at"]
        plans = [home.Plan(item_id=status, at=at, effect="report")] if status == "opened" else []
        note = home.Note(op=request.headers["webhook-id"], at=at, name=status, plans=plans)
        await client.get_workflow_handle(f"filing/{filing_id}").execute_update("note", note)
        return JSONResponse({"taken": True})

    door = Starlette(routes=[Route("/v1/carrier/filings/{filing_id}/status", take, methods=["POST"])])
    async with serving(door) as url:
        config = CarrierConfig(database_path=folder / "c.db", callback_url=url, webhook_secret=SECRET)
        async with serving(create_app(config)) as base, httpx.AsyncClient(base_url=base, trust_env=False) as http:
            yield http


async def file(home: Any, http: httpx.AsyncClient, filing_id: str) -> None:
    """Order a line at the start of the clock: accepted after two days, opened after four."""
    script = [{"after_days": 2, "status": "accepted"}, {"after_days": 4, "status": "opened"}]
    (await http.put("/scripts/default", json=script)).raise_for_status()
    body = {
        "filing_id": filing_id,
        "contract_id": "c-1",
        "kind": "NEW",
        "filed_at": home.start.isoformat(),
        "applicant": {"name": "山田太郎", "address": "東京都千代田区1-1"},
        "brand": "NEXT",
        "service_type": "FAMILY",
        "wished_dates": ["2018-06-03"],
    }
    (await http.post("/EAST/filings", json=body)).raise_for_status()


def test_steps_items_and_reports_come_in_order(home: Any, tmp_path: Path) -> None:
    """At one moment the step comes first, then the filing's report to its contract, then what is due; then the rest.

    The contract's own plan after the report is carried out in the same advance.
    """

    async def story() -> None:
        client = await home.client()
        async with home.worker(client), carrier(home, client, tmp_path, []) as http:
            clock = home.clock(client, str(http.base_url))
            filing = await home.entity(client, "filing/f", contract="contract/f")
            filing_id = filing.removeprefix("filing/")
            await file(home, http, filing_id)
            steps = (await http.get("/steps")).json()
            accepted, opened = (home.at(0).fromisoformat(step["due_at"]) for step in steps)
            await home.entity(client, "contract/f", home.Plan(item_id="same", at=opened),
                              home.Plan(item_id="between", at=accepted + timedelta(hours=1)),
                              home.Plan(item_id="later", at=opened + timedelta(hours=2)))  # fmt: skip
            await clock.advance(opened + timedelta(days=1))
            await clock.close()
            assert (await http.get("/steps")).json() == []
        assert home.events() == [
            ("filing/f", "accepted"),
            ("contract/f", "between"),
            ("filing/f", "opened"),
            ("contract/f", "same"),
            ("contract/f", "told_opened"),
            ("filing/f", "effect"),
            ("contract/f", "after_opened"),
            ("contract/f", "later"),
        ]
        assert all(row.clock == row.due_at for row in home.seen())

    asyncio.run(story())


def test_a_step_our_side_did_not_take_is_played_again(home: Any, tmp_path: Path) -> None:
    """Our door answers 503 twice: the clock stays until the third time, and the status is recorded once."""

    async def story() -> None:
        client = await home.client()
        refusals = [503, 503]
        async with home.worker(client), carrier(home, client, tmp_path, refusals) as http:
            clock = home.clock(client, str(http.base_url))
            filing = await home.entity(client, "filing/g")
            await file(home, http, filing.removeprefix("filing/"))
            await clock.advance(home.at(3))
            await clock.close()
        assert refusals == []
        assert home.events() == [("filing/g", "accepted")]
        assert all(row.clock == row.due_at for row in home.seen())

    asyncio.run(story())


def test_the_ticker_plays_steps_that_come_due(home: Any, tmp_path: Path) -> None:
    """A step that is due by now is played without any advance."""

    async def story() -> None:
        client = await home.client()
        async with home.worker(client), carrier(home, client, tmp_path, []) as http:
            clock = home.clock(client, str(http.base_url))
            filing = await home.entity(client, "filing/h")
            await clock.advance(home.at(3))
            await file(home, http, filing.removeprefix("filing/"))
            assert await clock.catch_up() == {}
            await clock.close()
        assert home.events() == [("filing/h", "accepted")]

    asyncio.run(story())
