"""What may stand behind the question mark: what the route itself declares, each once.

A misspelt name would otherwise be left out silently: `?dryRun=true` really cancelled.
"""

from __future__ import annotations

import inspect
from collections import Counter

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from api.doors.problems import Problem

NAMES_TOLD = 10
"""Wrong names repeated in one answer, and characters of each below."""

NAME_TOLD = 60


async def only_declared(request: Request) -> None:
    """Refuse what the route does not know, before anything else happens; every operation of the app depends on it.

    Raises:
        Problem: 400, a query parameter is unknown, or stands there twice.
    """
    route = request.scope["route"]
    counted = Counter(name for name, _ in request.query_params.multi_items())
    if not counted:
        return
    known = declared(route)
    wrong = [{"field": name[:NAME_TOLD], "problem": "unknown"} for name in counted if name not in known]
    wrong += [{"field": name, "problem": "repeated"} for name, times in counted.items() if name in known and times > 1]
    if not wrong:
        return
    said = "; ".join(f"{each['field']!r} is {each['problem']}" for each in wrong[:NAMES_TOLD])
    accepted = ", ".join(f"`{name}`" for name in known) or "none"
    detail = f"Query parameters: {said}. Accepted here, each once: {accepted}. Nothing has been done."
    raise Problem(400, "MALFORMED", detail, errors=wrong[:NAMES_TOLD], accepted=known)


def declared(route: APIRoute) -> list[str]:
    """The names of a route's query parameters, its dependencies' included, in the order of the document."""
    return list(dict.fromkeys(_names(route.dependant)))


def _names(dependant: Dependant) -> list[str]:
    found: list[str] = []
    for field in dependant.query_params:
        shape = field.field_info.annotation
        if inspect.isclass(shape) and issubclass(shape, BaseModel):
            found += [each.alias or name for name, each in shape.model_fields.items()]
        else:
            found.append(field.alias)
    for each in dependant.dependencies:
        found += _names(each)
    return found
