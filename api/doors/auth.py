"""Who is calling, and whether the role may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.doors.problems import Problem
from api.exchanges.member_sessions import LiveSession, live_session
from api.services import Caller, Services

SIGNED_IN = "keiyaku.caller"
"""Where a request made inside this process says who asks; the wire fills no such field of a scope."""

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
    # The desk has signed its user in; a request from outside cannot carry this.
    signed_in = request.scope.get(SIGNED_IN)
    if isinstance(signed_in, Caller):
        return signed_in
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


async def member_session(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> LiveSession:
    """The member behind a session token; no key of keys.json stands for a member (M-09.9, M-09.10).

    Raises:
        Problem: 401 without a live session, 403 for a key.
    """
    found = services(request)
    key = found.keys.caller(credentials.credentials) if credentials else None
    if key is not None:
        detail = f"A key of role {key.role} cannot do this: only the member's own session can (POST /v1/sessions)."
        raise Problem(403, "FORBIDDEN", detail, ("M-09.9", "M-09.10"))
    return await live_session(found, credentials.credentials if credentials else None)


Reader = Annotated[Caller, Depends(_require("backoffice", "operator", "auditor"))]
"""Reads everything."""
BackOffice = Annotated[Caller, Depends(_require("backoffice", "operator"))]
"""Applications and customers' requests."""
Operator = Annotated[Caller, Depends(_require("operator"))]
"""Decisions, rollouts, programmes, the clock."""
Site = Annotated[Caller, Depends(_require("site"))]
"""The club's site, on behalf of members."""
MemberOnly = Annotated[LiveSession, Depends(member_session)]
"""A member's own session: points, exchanges, codes."""
AnyCaller = Annotated[Caller, Depends(caller)]
House = Annotated[Services, Depends(services)]
