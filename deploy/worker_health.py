"""Whether the worker in this container polls: it has said so, is alive, and reaches Temporal's frontend.

With the argument `relay`: whether the relay in this container works; it delivers without Temporal.

Exit 0 or 1, for the health checks of docker-compose.yml. It reads two variables by itself: reading every setting would
cost a worker half a second of its core at each look.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

SECONDS = 3.0


def main(process: str = "worker") -> int:
    """0 when it polls, or relays."""
    try:
        os.kill(int((Path(os.environ["KEIYAKU_HOME"]) / f"{process}.ready").read_text()), 0)
        if process == "relay":
            return 0
        host, _, port = os.environ["TEMPORAL_ADDRESS"].rpartition(":")
        with socket.create_connection((host, int(port)), SECONDS):
            return 0
    except (OSError, KeyError, ValueError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
