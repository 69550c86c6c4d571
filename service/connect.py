"""How every process reaches Temporal."""

from __future__ import annotations

from temporalio.client import Client, Interceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from service.access.sealing import Sealing, seals_of
from service.desk_links import DeskLinks
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
    """
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = settings.temporal_address
    config["namespace"] = settings.temporal_namespace
    seals = seals_of(settings)
    links: list[Interceptor] = [DeskLinks(settings.desk_base)]
    links += [Sealing(seals)] if seals is not None else []
    if not watched:
        return await Client.connect(**config, data_converter=pydantic_data_converter, interceptors=links)
    # Its workers take these interceptors over.
    return await Client.connect(
        **config,
        data_converter=pydantic_data_converter,
        interceptors=[*links, Named(), *traces.interceptors()],
        runtime=watched_runtime(),
        lazy=lazy,
    )
