"""Serving the stand-in on one port."""

from __future__ import annotations

import uvicorn

from carrier.app import create_app
from carrier.config import CarrierConfig

GRACE_SECONDS = 5


async def serve(config: CarrierConfig, host: str, port: int, server: type[uvicorn.Server] = uvicorn.Server) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM), then finish what is running.

    Args:
        config: of the stand-in.
        host: to listen on.
        port: to listen on.
        server: the kind of server, such as one that sleeps while nobody calls.

    Raises:
        SystemExit: the port, or the mail catcher's, is taken.
    """
    settings = uvicorn.Config(
        create_app(config),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    await server(settings).serve()
