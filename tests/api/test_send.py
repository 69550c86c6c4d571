"""A message that Temporal does not answer."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import Any

import pytest
from sqlalchemy import create_engine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from api.doors import send
from api.doors.kinds import Kind
from api.doors.problems import Problem
from api.services import KeyRing, Services
from models.messages.entity import Message

KIND = Kind(name="contract", workflow="ContractLife", workflow_id="contract/{}".format, summary="")


def test_a_start_that_nobody_answers_is_a_503_and_leaves_no_error_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is told to ask again; nothing is logged later as an exception that was never retrieved."""
    monkeypatch.setattr(send, "WAIT_S", 0.3)
    left: list[dict[str, Any]] = []

    async def ask(port: int) -> int:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: left.append(context))
        client = await Client.connect(f"127.0.0.1:{port}", lazy=True, data_converter=pydantic_data_converter)
        services = Services(engine=create_engine("sqlite://"), client=client, keys=KeyRing({}), webhook_secret="")
        with pytest.raises(Problem) as told:
            await send.start(services, KIND, "K1", Message(), "apply", "op1")
        status = told.value.status
        del told
        gc.collect()
        await asyncio.sleep(0)
        gc.collect()
        return status

    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert asyncio.run(ask(silent.getsockname()[1])) == 503
    assert left == []
