"""Whether the worker in this container polls: it has said so, is alive, and reaches Temporal's frontend.

Exit 0 or 1, for the health check of docker-compose.yml.
"""

from __future__ import annotations

import os
import socket
import sys

from settings import Settings

SECONDS = 3.0


def main() -> int:
    """0 when it polls."""
    settings = Settings.load()
    try:
        os.kill(int((settings.home / "worker.ready").read_text()), 0)
        host, _, port = settings.temporal_address.rpartition(":")
        with socket.create_connection((host, int(port)), SECONDS):
            return 0
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
