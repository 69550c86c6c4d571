"""Who is calling, and whether the role may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import Problem
from api.services import Caller, Services

_bearer = HTTPBearer(auto_error=False, description="A key of `keys.json`.")


def services(request: Request) -> Services:
    """What the app was made with."""
    found: Services = request.app.state.services
    return found


def caller(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]) -> Caller:
    """The caller of a known key.

    Raises:
        Problem: 401.
    """
    found = services(request).keys.caller(credentials.credentials) if credentials else None
    if found is None:
        raise Problem(401, "UNAUTHENTICATED", "Send `Authorization: Bearer <key>` with a key of keys.json.")
    return found


def _require(*roles: str) -> Callable[[Caller], Caller]:
    def check(who: Annotated[Caller, Depends(caller)]) -> Caller:
        if who.role not in roles:
            raise Problem(403, "FORBIDDEN", f"A key of role {who.role} cannot do this; it takes {' or '.join(roles)}.")
        return who

    return check


Reader = Annotated[Caller, Depends(_require("backoffice", "operator", "auditor"))]
"""Reads everything."""
BackOffice = Annotated[Caller, Depends(_require("backoffice", "operator"))]
"""Applications and customers' requests."""
Operator = Annotated[Caller, Depends(_require("operator"))]
"""Decisions, rollouts, programmes, the clock."""
Site = Annotated[Caller, Depends(_require("site"))]
"""The club's site, on behalf of members."""
AnyCaller = Annotated[Caller, Depends(caller)]
House = Annotated[Services, Depends(services)]
