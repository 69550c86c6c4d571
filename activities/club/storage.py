"""The storage service: at the reversion what does not fit is deleted, oldest first, and the capacity lowered (M-07)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
from sqlalchemy import Engine, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import refuses
from models.messages.club.membership import REVERT_STORAGE, SET_STORAGE
from models.messages.entity import AgendaItem
from models.tables.club.club import Member
from models.tables.club.program import StorageDeletion
from models.tables.people import Line
from rules.calendar import start_of
from rules.club.storage import StoredFile, overflow
from store.database import business_now

TIMEOUT_S = 20.0

REASON = "増量特典終了にともなう容量超過(M-07.5)"
"""Why a file was deleted, as the storage service and our own log keep it."""

SET_REASON = "特典・容量プランの事実にもとづく容量の変更(M-07.6・M-07.7)"
"""Why a capacity was set again, as the storage service keeps it."""

ARTICLES = ["M-07.5", "M-07.4"]

STORAGE_AWAY = "STORAGE_AWAY"
"""The type of a failure that passes: the service did not answer, or cannot do it now."""


class StorageRefusedError(Exception):
    """The storage service will not do what it was asked."""


class StorageService:
    """A client of the storage service; every call may be repeated."""

    def __init__(self, url: str) -> None:
        """Nothing is asked yet.

        Args:
            url: the service's base, without a closing slash.
        """
        self._http = httpx.AsyncClient(base_url=url.rstrip("/"), timeout=TIMEOUT_S)

    async def files(self, line_id: str) -> list[StoredFile]:
        """What is stored under a line."""
        answer = await self._http.get(f"/storage/{line_id}/files")
        _check(answer, "the files")
        return [StoredFile(each["id"], _moment(each["stored_at"]), Decimal(str(each["gb"]))) for each in answer.json()]

    async def delete(self, line_id: str, ids: list[str], at: datetime, reason: str) -> None:
        """Delete files by id; one deleted before is not deleted again."""
        body = {"ids": ids, "at": at.isoformat(), "reason": reason}
        _check(await self._http.post(f"/storage/{line_id}/deletions", json=body), "the deletions")

    async def set_capacity(self, line_id: str, capacity_gb: Decimal, at: datetime, reason: str) -> None:
        """Set the capacity, GB."""
        body = {"capacity_gb": float(capacity_gb), "at": at.isoformat(), "reason": reason}
        _check(await self._http.put(f"/storage/{line_id}/capacity", json=body), "the capacity")


def _check(answer: httpx.Response, what: str) -> None:
    """Pass a success. No line is named.

    Raises:
        StorageRefusedError: it will not do it, however often it is asked: a defect, which an operator is told of.
        ApplicationError: it is away; the same is asked again until it answers.
    """
    if answer.is_success:
        return
    message = f"the storage service answered {answer.status_code} to {what}"
    if refuses(answer):
        raise StorageRefusedError(message)
    raise ApplicationError(message, type=STORAGE_AWAY)


def _moment(value: str) -> datetime:
    """A file's moment; a plain day is its 00:00 in Japan."""
    return datetime.fromisoformat(value) if "T" in value else start_of(date.fromisoformat(value))


class StorageEffects:
    """The effect of a reversion, on the queue to outside services."""

    def __init__(self, engine: Engine, service: StorageService) -> None:
        """Bind the database and the service."""
        self._engine = engine
        self._service = service

    @activity.defn(name=REVERT_STORAGE)
    async def revert_storage(self, entity_id: str, item: AgendaItem) -> dict[str, int]:
        """Delete the overflow, lower the capacity; give how many files went. Never before the item's moment.

        Which files go is decided and written down once, so that a repeat finishes what was begun and takes nothing
        that was stored in between.

        Raises:
            ApplicationError: `TOO_EARLY`, or the service is away.
            StorageRefusedError: the service will not do it.
        """
        member_id = entity_id.partition("/")[2]
        line_id = await asyncio.to_thread(self._line, member_id, item.at)
        capacity = Decimal(str(item.data["capacity_gb"]))
        doomed = await asyncio.to_thread(self._decided, member_id, item.at)
        if not doomed:
            gone = overflow(await self._service.files(line_id), capacity)
            doomed = await asyncio.to_thread(self._decide, member_id, gone, item.at)
        if doomed:
            await self._service.delete(line_id, doomed, item.at, REASON)
        await self._service.set_capacity(line_id, capacity, item.at, REASON)
        await asyncio.to_thread(self._done, member_id)
        return {"deleted": len(doomed)}

    @activity.defn(name=SET_STORAGE)
    async def set_storage_capacity(self, entity_id: str, item: AgendaItem) -> dict[str, int]:
        """Set the capacity by what became known after it had been lowered; nothing is deleted.

        Raises:
            ApplicationError: the service refuses or is away.
        """
        line_id = await asyncio.to_thread(self._line, entity_id.partition("/")[2], item.at)
        await self._service.set_capacity(line_id, Decimal(str(item.data["capacity_gb"])), item.at, SET_REASON)
        return {}

    def _line(self, member_id: str, due_at: datetime) -> str:
        with Session(self._engine) as session:
            if business_now(session) < due_at:
                message = "its moment has not come yet"
                raise ApplicationError(message, type="TOO_EARLY")
            query = (
                select(col(Line.line_id))
                .join(Member, col(Member.line_key) == col(Line.line_key))
                .where(col(Member.member_id) == member_id)
            )
            return str(session.execute(query).scalar_one())

    def _decided(self, member_id: str, at: datetime) -> list[str]:
        """What goes at this reversion; what went at one before, after which the capacity was raised, is gone."""
        with Session(self._engine) as session:
            query = (
                select(col(StorageDeletion.file_id))
                .where(col(StorageDeletion.member_id) == member_id, col(StorageDeletion.decided_at) == at)
                .order_by(col(StorageDeletion.stored_at), col(StorageDeletion.file_id))
            )
            return list(session.execute(query).scalars())

    def _decide(self, member_id: str, gone: list[StoredFile], at: datetime) -> list[str]:
        rows = [
            {
                "member_id": member_id,
                "file_id": file.file_id,
                "stored_at": file.stored_at.astimezone(UTC).isoformat(),
                "gb": file.gb,
                "reason": REASON,
                "articles": ARTICLES,
                "decided_at": at,
            }
            for file in gone
        ]
        if rows:
            with Session(self._engine) as session, session.begin():
                made = insert(StorageDeletion)
                again = {name: made.excluded[name] for name in ("stored_at", "gb", "decided_at")}
                # A file of that name that went before, and was stored anew.
                made = made.on_conflict_do_update(
                    index_elements=["member_id", "file_id"], set_={**again, "deleted_at": None}
                )
                session.execute(made, rows)
        return [file.file_id for file in gone]

    def _done(self, member_id: str) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(StorageDeletion)
                .where(col(StorageDeletion.member_id) == member_id, col(StorageDeletion.deleted_at).is_(None))
                .values(deleted_at=business_now(session))
            )
