"""What the app is made of, for tests of its structure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

FEWEST = 80
"""Operations that the interface has at least: a walk that finds fewer looks at nothing."""


class Operation(NamedTuple):
    """One operation of the app."""

    method: str
    path: str
    route: APIRoute


def operations(app: FastAPI) -> list[Operation]:
    """Every operation of the app with its full path."""
    found = [
        Operation(method, each.path.replace(":path}", "}"), each.original_route)
        for each in iter_route_contexts(app.routes)
        if isinstance(each.original_route, APIRoute)
        for method in sorted(each.methods or ())
    ]
    assert len(found) >= FEWEST
    return found


def depends_on(dependant: Dependant) -> Iterator[object]:
    """Everything a route depends on, at any depth."""
    for each in dependant.dependencies:
        yield each.call
        yield from depends_on(each)
