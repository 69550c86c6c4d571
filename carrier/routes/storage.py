"""The doors of the storage service: files, capacity and deletions of each line."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body

from carrier import storage
from carrier.house import HouseDep
from models.messages.carrier import LineId, StorageCapacity, StorageDeletion, StoredFile

router = APIRouter(prefix="/storage", tags=["storage service"])

FILES_MAX = 100_000


@router.put("/{line_id}/files")
def put_files(
    house: HouseDep, line_id: LineId, files: Annotated[list[StoredFile], Body(max_length=FILES_MAX)]
) -> list[dict[str, Any]]:
    """Replace a line's files."""
    storage.put_files(house.store, line_id, files)
    return storage.files(house.store, line_id)


@router.get("/{line_id}/files")
def get_files(house: HouseDep, line_id: LineId) -> list[dict[str, Any]]:
    """A line's files."""
    return storage.files(house.store, line_id)


@router.put("/{line_id}/capacity")
def put_capacity(house: HouseDep, line_id: LineId, capacity: StorageCapacity) -> dict[str, Any]:
    """Set a line's capacity in GB."""
    storage.put_capacity(house.store, line_id, capacity)
    return storage.capacity(house.store, line_id)


@router.get("/{line_id}/capacity")
def get_capacity(house: HouseDep, line_id: LineId) -> dict[str, Any]:
    """A line's capacity in GB."""
    return storage.capacity(house.store, line_id)


@router.post("/{line_id}/deletions")
def delete(house: HouseDep, line_id: LineId, request: StorageDeletion) -> dict[str, list[str]]:
    """Delete files by id; an id already deleted is not deleted again."""
    return storage.delete(house.store, line_id, request)


@router.get("/{line_id}/deletions")
def get_deletions(house: HouseDep, line_id: LineId) -> list[dict[str, Any]]:
    """What was deleted, when and why, oldest first."""
    return storage.deletions(house.store, line_id)
