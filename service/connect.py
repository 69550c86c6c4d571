"""How every process reaches Temporal."""

from __future__ import annotations

from typing import Any

from temporalio.client import Client, Interceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from models.said import said
from service.access.sealing import Sealing, seals_of
from service.desk_links import DeskLinks
from service.exits import TemporalAwayError
from service.watching import traces
from service.watching.logs import Named
from service.watching.page import watched_runtime
from settings import Settings


async def connect(settings: Settings, *, watched: bool = False, lazy: bool = False) -> Client:
    """A client as production configures it: address and namespace from our settings, TLS and keys from envconfig.

    Args:
        settings: of this process.
        watched: whether the SDK's figures are on the page of this process, and its log names what it is about: for
            those that stay.
        lazy: whether the server is first asked when it is needed, so that this process begins without it.

    Raises:
        TemporalAwayError: nobody answers there, or not to these certificates and keys.
    """
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = settings.temporal_address
    config["namespace"] = settings.temporal_namespace
    seals = seals_of(settings)
    links: list[Interceptor] = [DeskLinks(settings.desk_base)]
    links += [Sealing(seals)] if seals is not None else []
    more: dict[str, Any] = {"interceptors": links}
    if watched:  # its workers take these interceptors over
        links += [Named(), *traces.interceptors()]
        more |= {"runtime": watched_runtime(), "lazy": lazy}
    try:
        return await Client.connect(**config, data_converter=pydantic_data_converter, **more)
    except RuntimeError as error:  # the SDK's word for a server that nobody answers at
        why = str(error).removeprefix("Failed client connect: ")
        raise TemporalAwayError(said("no_temporal", address=settings.temporal_address, why=why)) from None
