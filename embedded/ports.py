"""Ports: free ones for a temporary stack, and a clear word about a taken one before anything starts."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from embedded.errors import PortTakenError
from models.said import Said, joined, said

LOOPBACK = "127.0.0.1"
_POLL_SECONDS = 0.05
_LOWEST = 12_000
_TRIES_MAX = 500


def free_ports(count: int) -> list[int]:
    """Distinct loopback ports that nothing uses at this moment.

    Below the range from which the system serves outgoing connections: a client that keeps knocking at a server
    that is being restarted could otherwise be given that very port, and find itself connected to itself.
    All are held together while choosing, so none comes twice. Somebody may still take one before we do: the
    stack then says so.
    """
    chosen: list[int] = []
    with ExitStack() as held:
        for port in random.sample(range(_LOWEST, _first_outgoing()), k=_TRIES_MAX):
            if len(chosen) == count:
                break
            candidate = held.enter_context(socket.socket())
            try:
                candidate.bind((LOOPBACK, port))
            except OSError:
                continue
            chosen.append(port)
    if len(chosen) < count:
        raise PortTakenError(said("no_free_ports", count=count, host=LOOPBACK))
    return chosen


def _first_outgoing() -> int:
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        first = 32768
    return first if first > _LOWEST + _TRIES_MAX else 65536


def is_taken(port: int) -> bool:
    """Whether a program listens on the port, on loopback or on every address."""
    with socket.socket() as probe:
        # Without it, connections that a stopped server left behind (TIME_WAIT) look like a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            return False  # a privileged port: the server's own message is clearer than a guess
        except OSError:
            return True
    return False


def check_free(ports: Mapping[str, int], *, patience_seconds: float = 1.5) -> None:
    """Refuse taken ports and ports named twice.

    Args:
        ports: environment variable → port.
        patience_seconds: how long a taken port may stay taken; a stack that was killed a moment ago needs a
            breath until its servers are gone.

    Raises:
        PortTakenError: naming every variable in the way.
    """
    by_port: dict[int, list[str]] = {}
    for variable, port in ports.items():
        by_port.setdefault(port, []).append(variable)
    twice = [
        said("ports_equal", names=Said("と ".join(names), " and ".join(names)), port=port)
        for port, names in by_port.items()
        if len(names) > 1
    ]
    if twice:
        raise PortTakenError(said("own_ports", which=joined(twice)))
    deadline = time.monotonic() + patience_seconds
    while taken := [variable for variable, port in ports.items() if is_taken(port)]:
        if time.monotonic() >= deadline:
            each = [said("port_taken", port=ports[variable], variable=variable) for variable in taken]
            raise PortTakenError(joined(each))
        time.sleep(_POLL_SECONDS)
