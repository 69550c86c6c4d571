"""Every mutation goes through the one door."""

from __future__ import annotations

import ast
import inspect
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

from fastapi import FastAPI

import api
from api.doors import commands
from api.doors.auth import caller
from api.doors.tasks import awaiting_of
from models.messages.entity import KEYING, Fact, Held
from tests.api.structure import depends_on, operations

DOORS = {
    get_args(kind)[1].dependency
    for kind in (
        commands.BackOfficeDoor,
        commands.OperatorDoor,
        commands.BackOfficeSending,
        commands.OperatorSending,
        commands.MemberDoor,
    )
}

OTHERS = {
    ("POST", "/v1/sessions"),  # its answer holds a token, which is stored sealed only
    ("DELETE", "/v1/session"),  # repeated by its token, which opens nothing afterwards
    ("DELETE", "/v1/sessions/{session_id}"),  # repeated by its id: the first end stands
    ("POST", "/v1/carrier/filings/{filing_id}/status"),  # signed, and taken once by its webhook id
    ("POST", "/v1/carrier/line-notices"),  # signed, and taken once by its notice id
}

ONLY_THE_DOOR = {"once": "api.doors.idempotency", "update": "api.doors.send"}
"""What nobody else may call."""

ROOM = Path(api.__file__).parent


def test_every_mutation_has_a_door(app: FastAPI) -> None:
    """Whatever is not a read or a pure answer depends on a door, but for those that are repeated in another way."""
    without = {
        (method, path)
        for method, path, route in operations(app)
        if method != "GET" and not path.startswith("/v1/decisions/") and not DOORS & set(depends_on(route.dependant))
    }
    assert without == OTHERS


def test_pure_answers_have_none(app: FastAPI) -> None:
    """A “what if” takes no door and no read takes one."""
    for method, path, route in operations(app):
        if method == "GET" or path.startswith("/v1/decisions/"):
            assert not DOORS & set(depends_on(route.dependant)), path


def test_every_door_asks_who_comes(app: FastAPI) -> None:
    """Below a door there is always a key or a session."""
    for *_, route in operations(app):
        found = set(depends_on(route.dependant))
        if DOORS & found:
            assert caller in found or any(getattr(each, "__name__", "") == "member_session" for each in found)


def test_nothing_a_route_depends_on_goes_to_a_thread(app: FastAPI) -> None:
    """What routes depend on is asynchronous; a plain function would be handed to a thread for every request."""
    called = {call for _, _, route in operations(app) for call in depends_on(route.dependant)}
    functions = {call for call in called if inspect.isfunction(call)}
    assert functions
    assert [call.__qualname__ for call in functions if not inspect.iscoroutinefunction(call)] == []


def test_nobody_else_sends() -> None:
    """Only the one door sends updates and keeps answers under an idempotency key; no room writes that again."""
    for file in sorted(ROOM.rglob("*.py")):
        if file == ROOM / "doors" / "commands.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                for each in node.names:
                    assert ONLY_THE_DOOR.get(each.name) != node.module, file


def test_a_rule_refuses_and_not_the_door() -> None:
    """What the doors refuse by themselves with 422 is about rows, texts and days, never about a rule of the books."""
    refused = {
        node.args[1].value
        for file in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem"
        if len(node.args) > 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value == 422
        if isinstance(node.args[1], ast.Constant)
    }
    assert refused == {
        "BACKWARDS",  # the movable clock, as the next one
        "TOO_FAR_AHEAD",
        "NOTHING_CHANGES",
        "NO_ADDRESS",
        "OUTSIDE_TERMS",  # what a rule cannot know, in the doors' words
        "PASSWORD_TOO_WEAK",
        "UNKNOWN_ITEM",
    }


def test_one_codec_for_cursors() -> None:
    """No list packs its cursor by itself."""
    coding = {file.relative_to(ROOM).as_posix() for file in ROOM.rglob("*.py") if "base64" in file.read_text()}
    assert coding == {"doors/paging.py", "exchanges/member_sessions.py"}


def test_no_read_shows_how_a_command_was_keyed_in() -> None:
    """Of a held fact only what happened is told, also where an earlier release kept its seal beside."""
    at = datetime(2019, 5, 7, tzinfo=UTC)
    command = {"channel": "paper", **dict.fromkeys(KEYING, "1.c5876c")}
    held = Held(
        fact=Fact(name="cancel", command=command, legal_at=at), event="cancel", keyed_at=at, actor="a", against=[]
    )
    state: Any = SimpleNamespace(awaiting={"7": held})
    session: Any = None
    assert [each["said"] for each in awaiting_of(session, state)] == [{"channel": "paper"}]
