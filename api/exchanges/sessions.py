"""The member's own session: login from the member's line, and what the member sees first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, ConfigDict, Field, SecretStr, StringConstraints
from sqlmodel import Session

from api.access.watch import turned_away
from api.doors.auth import House, MemberOnly, Site, Token
from api.doors.fields import Body, Text, one_line
from api.doors.idempotency import key_of
from api.doors.problems import Problem
from api.exchanges import view
from api.exchanges.member_sessions import Login, check_site, end_session, open_session
from api.exchanges.throttle import ThrottledError
from store.database import business_now

router = APIRouter(prefix="/v1", tags=["sessions"])

LineTokenText = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(one_line)]


class LoginBody(Body):
    """Member id, password, and what NTT's network handed to the browser."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "member_id": "M0123456789ABCDEF01234567",
                    "password": "correct horse battery",
                    "line_token": "line_3Jd8s0",
                }
            ]
        },
    )

    member_id: Text
    password: SecretStr = Field(min_length=1, max_length=200)
    line_token: LineTokenText


@router.post("/sessions", summary="Log a member in from the member's own line")
async def log_in(body: LoginBody, request: Request, house: House, who: Site) -> JSONResponse:
    """Only if id and password match and the access comes from the registered line (M-09.1, M-09.2, M-09.10)."""
    key = key_of(request)
    login = Login(body.member_id, body.password.get_secret_value(), body.line_token)
    try:
        opened = await open_session(house, who, key, login)
    except ThrottledError as throttled:
        turned_away(request, "throttled")
        detail = "Too many wrong logins under this member id; wait, or ask the reception centre (M-09.11)."
        problem = Problem(403, "THROTTLED", detail, ("M-09.1", "M-09.11"))
        headers = {"Retry-After": str(throttled.retry_after_s)}
        return JSONResponse(problem.body(), 403, headers, media_type="application/problem+json")
    except Problem as problem:
        if problem.status in {401, 403}:
            turned_away(request, "login", problem.code)
        raise
    return JSONResponse({"token": opened.token, "expires_at": view.moment(opened.expires_at)})


@router.get("/session", summary="The member, the balance by lot, line and services in use")
async def read(house: House, who: MemberOnly) -> dict[str, Any]:
    """ご契約・ご利用情報 and the balance, shown after login (M-08.1, M-09.12)."""

    def load(session: Session) -> dict[str, Any]:
        now = business_now(session)
        check_site(session, who.member_id, now)
        return {**view.member(session, who.member_id, now), "expires_at": view.moment(who.expires_at)}

    return await house.read(load)


@router.delete("/session", summary="Log out")
async def log_out(request: Request, house: House, token: Token) -> dict[str, Any]:
    """The token opens nothing from now on; sent again, the answer is the same."""
    key_of(request)
    ended_at = await house.read(lambda session: end_session(session, token))
    return {"ended_at": view.moment(ended_at)}
