"""Who is calling, and whether the role may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.access.persons import PERSON_PREFIX, NotAPersonError, ProviderAwayError, looks_like_one
from api.access.watch import turned_away
from api.doors.problems import Problem
from api.exchanges.member_sessions import LiveSession, live_session
from api.services import Caller, Services
from store.people.access import PREFIX as KEY_PREFIX
from store.people.access import known as key_of_database
from store.people.access import role_of as role_of_key

SIGNED_IN = "keiyaku.caller"
"""Where a request made inside this process says who asks; the wire fills no such field of a scope."""

_bearer = HTTPBearer(auto_error=False, description="A key, or the token of a person.")


def services(request: Request) -> Services:
    """What the app was made with."""
    found: Services = request.app.state.services
    return found


# What routes depend on is asynchronous even where it awaits nothing: FastAPI hands any other function to a thread,
# which costs a request more than the function does.
async def _house(request: Request) -> Services:
    return services(request)


async def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Caller:
    """The caller of a key that counts, or the person of a token.

    Raises:
        Problem: 401; 503 while the identity provider does not answer.
    """
    # The desk has signed its user in; a request from outside cannot carry this.
    signed_in = request.scope.get(SIGNED_IN)
    if isinstance(signed_in, Caller):
        return signed_in
    found = await _known(request, credentials.credentials) if credentials else None
    if found is None:
        turned_away(request, "key", "none that counts" if credentials else "none was sent")
        raise Problem(401, "UNAUTHENTICATED", "Send `Authorization: Bearer <key>` with a key that counts.")
    return found


async def key_caller(house: Services, key: str) -> Caller | None:
    """Whose key it is: of the file or of the database."""
    found = house.keys.caller(key)
    if found is not None or not key.startswith(KEY_PREFIX):
        return found
    row = await house.single(lambda connection: key_of_database(connection, key))
    return Caller(*row) if row is not None else None


async def still_counts(house: Services, who: Caller, mark: str) -> bool:
    """Whether who signed in a while ago would be let in now, in the same role; of a person the provider was asked.

    Args:
        house: what the doors use.
        who: as it was then.
        mark: of the key it was done with (`api.services.mark_of`): one that has replaced it lets nobody in who
            came with the old one.
    """
    if who.name.startswith(PERSON_PREFIX):
        return house.sign_in is not None
    if house.keys.role_of(who.name, mark) == who.role:
        return True
    return await house.single(lambda connection: role_of_key(connection, who.name, mark)) == who.role


async def _known(request: Request, bearer: str) -> Caller | None:
    """Whose it is: a key of the file, which costs nothing to know, one of the database, or a person's token."""
    house = services(request)
    found = await key_caller(house, bearer)
    if found is not None:
        return found
    if house.people is None or not looks_like_one(bearer):
        return None
    try:
        person = await house.people.whose(bearer)
    except NotAPersonError as error:
        turned_away(request, "token", str(error))
        return None
    except ProviderAwayError:
        detail = "The identity provider does not answer now; nothing has changed. Send the same request again."
        raise Problem(503, "PROVIDER_NOT_ANSWERING", detail) from None
    return Caller(person.actor, person.role)


def _require(*roles: str) -> Callable[[Request, Caller], Awaitable[Caller]]:
    async def check(request: Request, who: Annotated[Caller, Depends(caller)]) -> Caller:
        if who.role not in roles:
            turned_away(request, "role", who.role)
            detail = f"A key of role {who.role} cannot do this; it takes {' or '.join(roles)}."
            raise Problem(403, "FORBIDDEN", detail, values={"roles": roles})
        return who

    return check


_READING = ("backoffice", "operator", "auditor")


async def member_session(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> LiveSession:
    """The member behind a session token; no key and no operator stands for a member (M-09.9, M-09.10).

    Raises:
        Problem: 401 without a live session, 403 for a key.
    """
    found = services(request)
    key = await _known(request, credentials.credentials) if credentials else None
    if key is not None:
        turned_away(request, "role", key.role)
        detail = f"A key of role {key.role} cannot do this: only the member's own session can (POST /v1/sessions)."
        raise Problem(403, "FORBIDDEN", detail, ("M-09.9", "M-09.10"))
    try:
        return await live_session(found, credentials.credentials if credentials else None)
    except Problem as problem:
        turned_away(request, "session", problem.code)
        raise


async def member_or_reader(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> LiveSession | Caller:
    """Who reads one request: its member, by the own session, or whoever may read everything.

    Raises:
        Problem: 401 without a session or a key, 403 for a key that reads nothing.
    """
    key = request.scope.get(SIGNED_IN)
    if key is None and credentials is not None:
        key = await _known(request, credentials.credentials)
    return await member_session(request, credentials) if key is None else await _require(*_READING)(request, key)


async def session_token(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> str:
    """The bearer token of a request that ends its session, whether that is over already or not.

    Raises:
        Problem: 401 without one.
    """
    if credentials is None:
        turned_away(request, "session", "no token")
        raise Problem(401, "UNAUTHENTICATED", "Send `Authorization: Bearer <session token>`.", ("M-09.10",))
    return credentials.credentials


Reader = Annotated[Caller, Depends(_require(*_READING))]
"""Reads everything."""
BackOffice = Annotated[Caller, Depends(_require("backoffice", "operator"))]
"""Applications and customers' requests."""
Operator = Annotated[Caller, Depends(_require("operator"))]
"""Decisions, rollouts, programmes, the clock."""
Site = Annotated[Caller, Depends(_require("site"))]
"""The club's site, on behalf of members."""
MemberOnly = Annotated[LiveSession, Depends(member_session)]
"""A member's own session: points, exchanges, codes."""
MemberOrReader = Annotated[LiveSession | Caller, Depends(member_or_reader)]
"""The member whose it is, or a reader."""
Token = Annotated[str, Depends(session_token)]
"""The token of a session, alive or over."""
AnyCaller = Annotated[Caller, Depends(caller)]
House = Annotated[Services, Depends(_house)]
