"""How every process reaches Temporal."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from service.desk_links import DeskLinks
from settings import Settings


async def connect(settings: Settings) -> Client:
    """A client as production configures it: address and namespace from our settings, TLS and keys from envconfig."""
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = settings.temporal_address
    config["namespace"] = settings.temporal_namespace
    base = settings.desk_base
    links = [DeskLinks(base)] if base is not None else []
    return await Client.connect(**config, data_converter=pydantic_data_converter, interceptors=links)
