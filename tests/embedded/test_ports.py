"""Ports: a taken one is named before anything starts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from embedded.errors import PortTakenError
from embedded.ports import check_free, free_ports, is_taken


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server of somebody else's."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def test_a_taken_port_names_its_variable(listener: socket.socket) -> None:
    """The error says which variable to set, and leaves the free ones out."""
    (free,) = free_ports(1)
    taken = port_of(listener)
    with pytest.raises(PortTakenError) as caught:
        check_free({"KEIYAKU_API_PORT": free, "KEIYAKU_UI_PORT": taken}, patience_seconds=0)
    assert "KEIYAKU_UI_PORT" in str(caught.value)
    assert str(taken) in str(caught.value)
    assert "KEIYAKU_API_PORT" not in str(caught.value)


def test_every_taken_port_is_named_at_once(listener: socket.socket) -> None:
    """Two ports in the way take one error, not two tries."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTakenError, match=r"KEIYAKU_API_PORT.*KEIYAKU_CARRIER_PORT"):
            check_free(
                {"KEIYAKU_API_PORT": port_of(listener), "KEIYAKU_CARRIER_PORT": port_of(other)}, patience_seconds=0
            )


def test_a_server_on_every_address_takes_the_port() -> None:
    """A listener on 0.0.0.0 is in the way of loopback too."""
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))  # noqa: S104 - the very case under test
        server.listen()
        assert is_taken(port_of(server))


def test_a_port_named_twice_is_refused() -> None:
    """Two variables with one number are told apart from a foreign server."""
    (free,) = free_ports(1)
    with pytest.raises(PortTakenError, match=rf"KEIYAKU_API_PORT and KEIYAKU_UI_PORT are both {free}"):
        check_free({"KEIYAKU_API_PORT": free, "KEIYAKU_UI_PORT": free})


def test_a_port_that_becomes_free_in_time_is_not_taken(listener: socket.socket) -> None:
    """A stack that was killed a moment ago may still be leaving."""
    closing = threading.Timer(0.2, listener.close)
    port = port_of(listener)
    closing.start()
    check_free({"KEIYAKU_API_PORT": port}, patience_seconds=10)
    closing.join()


def test_free_ports_are_distinct_and_free() -> None:
    """Ports chosen together never collide, and nobody listens there."""
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert not any(is_taken(port) for port in ports)
