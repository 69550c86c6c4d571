"""People: found by what they say of themselves, read, changed; and the log of who looked."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, StringConstraints
from sqlmodel import Session

from api import said
from api.care import access, person_view
from api.care.erasing import erased, everything
from api.care.person_change import FIELDS, change, rehearse
from api.doors.auth import BackOffice, House, Operator, Reader, caller
from api.doors.commands import BackOfficeDoor, OperatorSending
from api.doors.fields import (
    Body,
    Email,
    MonthText,
    OnBehalf,
    PhoneOrNone,
    ReasonCode,
    Reasoned,
    Text,
    TextOrNone,
    one_line,
    shown,
)
from api.doors.idempotency import Mutation
from api.doors.paging import Paging, WholePaging
from api.doors.problems import Problem
from api.services import Caller
from rules.calendar import Month
from store.people.people_search import find_people

router = APIRouter(tags=["people"])

QUERY_MAX = 200


async def _auditor(who: Annotated[Caller, Depends(caller)]) -> Caller:
    if who.role not in {"auditor", "operator"}:
        detail = f"A key of role {who.role} cannot do this; it takes auditor or operator."
        raise Problem(403, "FORBIDDEN", detail, values={"roles": ("auditor", "operator")})
    return who


class PersonBody(Reasoned):
    """What is to stand from now on; a field left out stays. A name is the person's own (改姓)."""

    model_config = shown(
        email="hanako.new@example.jp", reason="asked by telephone, identity checked", reason_code="customer_request"
    )

    name: Text | None = None
    name_kana: TextOrNone | None = None
    email: Email | None = None
    phone: PhoneOrNone | None = None
    postal_code: Annotated[str, StringConstraints(max_length=20), AfterValidator(one_line)] | None = None
    address: TextOrNone | None = None


@router.get("/v1/people", summary="Find people")
async def search(
    house: House,
    who: BackOffice,
    page: WholePaging,
    q: Annotated[str, Query(max_length=QUERY_MAX, examples=["山田 太郎"])],
) -> dict[str, Any]:
    """By name, kana, phone (or its last four digits), e-mail, address, line number, or an id of something of theirs.

    Width, case, hyphens, hiragana or katakana and spaces make no difference; every word has to fit, as a beginning.
    At most 200 people, the closest first. Who was shown is kept in the access log; what was typed is not.
    """
    if "\x00" in q:
        raise Problem(400, "MALFORMED", "q: control characters are not text")

    def find(session: Session) -> dict[str, Any]:
        ids = find_people(session, q)
        part = page.of([{"person_id": each} for each in ids])
        items = person_view.several(session, who, [each["person_id"] for each in part["items"]], typed=q)
        access.record(session, who, "search", shown=[each["person_id"] for each in items])
        return {"items": items, "next_cursor": part["next_cursor"]}

    return await house.read(find)


@router.get("/v1/people/{person_id}", summary="One person, with all contracts, memberships, changes and letters")
async def read(person_id: str, house: House, who: Reader) -> dict[str, Any]:
    """An auditor sees personal data in outline only. The look is kept in the access log."""

    def load(session: Session) -> dict[str, Any]:
        found, _ = said.outlined(session, who, person_view.one(session, who, person_id), of=[f"person/{person_id}"])
        alike = [each["person_id"] for each in found["alike"]]
        access.record(session, who, "read", person_id=person_id, shown=[person_id, *alike] if alike else ())
        return found

    return await house.read(load)


@router.put("/v1/people/{person_id}", summary="Change contact details or a name")
async def put(person_id: str, body: PersonBody, door: BackOfficeDoor) -> JSONResponse:
    """What stood before is kept with who asked and why, and the person is told; a new address, at both addresses.

    A field that is left out stays; an empty one is emptied. A name and an e-mail address cannot be emptied.
    """
    wanted = {name: value for name in FIELDS if (value := getattr(body, name)) is not None}
    why = {"reason": body.reason, "reason_code": body.reason_code, "on_behalf_of": body.on_behalf_of}

    if door.dry_run:
        return JSONResponse(await door.services.read(lambda session: rehearse(session, person_id, wanted)))

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 200, await door.services.read(
            lambda session: change(session, door.who, seen, person_id, wanted, why, door.services.render_notice)
        )

    return await door.once(work)


class ErasureBody(Body):
    """Why a person is erased: by a code alone, since free text would stay behind."""

    model_config = shown(reason_code="customer_request", on_behalf_of="ticket-4711")

    reason_code: ReasonCode
    on_behalf_of: OnBehalf | None = None


@router.get("/v1/people/{person_id}/export", summary="Everything that is held of a person")
async def export(person_id: str, house: House, who: Operator) -> dict[str, Any]:
    """What a disclosure (開示) tells, by table. The look is kept in the access log."""
    return await house.read(lambda session: everything(session, who, person_id))


@router.delete("/v1/people/{person_id}", summary="Erase a person")
async def delete(person_id: str, body: ErasureBody, door: OperatorSending) -> JSONResponse:
    """Out of every table, once all that is theirs is closed; the log, the charges and the points stay under ids."""

    async def work(seen: Mutation) -> tuple[int, dict[str, Any]]:
        return 200, await door.services.read(
            lambda session: erased(session, door.who, seen, person_id, body.model_dump())
        )

    return await door.once(work)


@router.get("/v1/access-log", summary="Who looked at whose data")
async def access_log(
    house: House,
    _: Annotated[Caller, Depends(_auditor)],
    page: Paging,
    *,
    person_id: Annotated[str | None, Query(max_length=60)] = None,
    actor: Annotated[str | None, Query(max_length=100)] = None,
    month: Annotated[MonthText | None, Query()] = None,
    newest_first: Annotated[bool, Query(description="The latest look first.")] = False,
) -> dict[str, Any]:
    """In the order it happened, or the latest first; `next_cursor` goes on from the last one."""
    wanted = access.Wanted(person_id, actor, Month.parse(month) if month else None, newest_first)
    return await house.read(lambda session: access.looks(session, page, wanted))
