"""Whether the service can answer, and its figures."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.doors.auth import House
from api.services import Motor, Services

router = APIRouter(tags=["health"])

WAIT_S = 3


@router.get("/livez", summary="This process runs")
async def livez() -> dict[str, str]:
    """200 as long as it answers at all, whatever the servers behind it do."""
    return {"status": "ok"}


@router.get("/healthz", summary="Ready to serve, or not")
async def healthz(house: House) -> JSONResponse:
    """200 when Temporal and the database answer, 503 otherwise.

    `degraded` where workers or executions of open entities are missing: it serves, and what is missing is being started
    again.
    """
    temporal, database, motor = await asyncio.gather(_temporal(house), _database(house), _motor(house))
    ready = temporal == database == "ok"
    degraded = motor is not None and motor.degraded
    body: dict[str, Any] = {
        "status": ("degraded" if degraded else "ok") if ready else "unavailable",
        "temporal": temporal,
        "database": database,
    }
    if motor is not None:
        body |= {"workers": motor.workers, "missing": motor.missing}
    return JSONResponse(body, 200 if ready else 503)


@router.get("/metrics", summary="Prometheus figures")
async def metrics() -> Response:
    """The figures of this process, and those of the whole house."""
    # Beside the event loop: the SDK's own figures are asked for over HTTP.
    return Response(await asyncio.to_thread(generate_latest), media_type=CONTENT_TYPE_LATEST)


async def _temporal(house: Services) -> str:
    try:
        async with asyncio.timeout(WAIT_S):
            return "ok" if await house.client.service_client.check_health() else "unavailable"
    except (TimeoutError, RPCError):
        return "unavailable"


async def _motor(house: Services) -> Motor | None:
    if house.motor is None:
        return None
    try:
        async with asyncio.timeout(WAIT_S):
            return await house.motor()
    except (TimeoutError, RPCError, SQLAlchemyError):
        return None


async def _database(house: Services) -> str:
    try:
        async with asyncio.timeout(WAIT_S):
            await house.read(lambda session: session.execute(text("select 1")).one())
    except (TimeoutError, SQLAlchemyError):
        return "unavailable"
    return "ok"
