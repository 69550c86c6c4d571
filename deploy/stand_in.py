"""The stand-in for NTT, the storage service and the mail server in a container of the `demo` profile.

Beside the command `keiyaku carrier` it listens on every address of its network and plays by the wall clock.
"""

from __future__ import annotations

import asyncio

from carrier.config import CarrierConfig
from carrier.server import serve
from service.access.keys import webhook_secret
from settings import Settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside its own network only


def main() -> None:
    """Serve until told to stop."""
    settings = Settings.load()
    config = CarrierConfig(
        database_path=settings.home / "carrier.db",
        callback_url=settings.callback_url,
        webhook_secret=webhook_secret(settings),
        self_play=True,
        smtp_host=EVERYWHERE,
        smtp_port=settings.smtp_port,
    )
    asyncio.run(serve(config, EVERYWHERE, settings.carrier_port))


if __name__ == "__main__":
    main()
