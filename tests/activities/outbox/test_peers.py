"""What a peer answers, read by every activity alike: not now, or not at all."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from temporalio.exceptions import ApplicationError

from activities.carrier.gateway import CarrierGateway, CarrierRefusedError
from activities.club.storage import StorageRefusedError, StorageService
from activities.failures import is_away
from models.messages.carrier import FilingCancellation

NOT_NOW = [408, 425, 429, 500, 503]
NOT_AT_ALL = [400, 403, 404, 409, 422]


def answering(peer: Any, status: int) -> Any:
    """The client, with a peer that gives one answer to everything."""
    peer._http = httpx.AsyncClient(
        base_url="http://peer", transport=httpx.MockTransport(lambda _: httpx.Response(status, json={}))
    )
    return peer


@pytest.mark.parametrize("status", NOT_NOW)
def test_not_now_is_an_outage(status: int) -> None:
    """The same is asked again until it is answered, and nobody is called."""
    with pytest.raises(ApplicationError) as told:
        asyncio.run(answering(StorageService("http://peer"), status).files("CAF0000000001"))
    assert (told.value.type, told.value.non_retryable) == ("STORAGE_AWAY", False)
    with pytest.raises(httpx.HTTPStatusError) as away:
        asyncio.run(answering(CarrierGateway({"EAST": "http://peer"}), status).cancel("EAST", "F1", order()))
    assert is_away(away.value)


@pytest.mark.parametrize("status", NOT_AT_ALL)
def test_not_at_all_is_never_an_outage(status: int) -> None:
    """It is no outage: given up after bounded tries, with a task; what is said of it names no line."""
    with pytest.raises(StorageRefusedError) as told:
        asyncio.run(answering(StorageService("http://peer"), status).files("CAF0000000001"))
    assert not is_away(told.value)
    assert "CAF" not in str(told.value)
    with pytest.raises(CarrierRefusedError):
        asyncio.run(answering(CarrierGateway({"EAST": "http://peer"}), status).cancel("EAST", "F1", order()))


def order() -> FilingCancellation:
    """What takes an order back."""
    return FilingCancellation.model_validate({"at": "2018-06-20T10:00:00+09:00"})
