import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.decided import Decided
from ...models.get_contract_what_if_waiver_type_0 import (
    GetContractWhatIfWaiverType0,
)
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    contract_id: str,
    *,
    channel: str | Unset = "paper",
    received_at: datetime.datetime | None | Unset = UNSET,
    wanted_month: None | str | Unset = UNSET,
    waiver: GetContractWhatIfWaiverType0 | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    params: dict[str, Any] = {}

    params["channel"] = channel

    json_received_at: None | str | Unset
    if isinstance(received_at, Unset):
        json_received_at = UNSET
    elif isinstance(received_at, datetime.datetime):
        json_received_at = received_at.isoformat()
    else:
        json_received_at = received_at
    params["received_at"] = json_received_at

    json_wanted_month: None | str | Unset
    if isinstance(wanted_month, Unset):
        json_wanted_month = UNSET
    else:
        json_wanted_month = wanted_month
    params["wanted_month"] = json_wanted_month

    json_waiver: None | str | Unset
    if isinstance(waiver, Unset):
        json_waiver = UNSET
    elif isinstance(waiver, str):
        json_waiver = waiver
    else:
        json_waiver = waiver
    params["waiver"] = json_waiver

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/contracts/{contract_id}/what-if".format(
            contract_id=quote(str(contract_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Decided | Problem | None:
    if response.status_code == 200:
        response_200 = Decided.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Decided | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    contract_id: str,
    *,
    client: AuthenticatedClient,
    channel: str | Unset = "paper",
    received_at: datetime.datetime | None | Unset = UNSET,
    wanted_month: None | str | Unset = UNSET,
    waiver: GetContractWhatIfWaiverType0 | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Response[Decided | Problem]:
    """What a cancellation would bring, today or later

     The decision of the cancellation itself: what falls due on this contract until then comes first.

    A notice that has arrived already, or arrives now, gives what `POST …/cancellation?dry_run=true`
    gives.

    Args:
        contract_id (str):
        channel (str | Unset):  Default: 'paper'.
        received_at (datetime.datetime | None | Unset): When the notice would arrive; now, where
            it is left out.
        wanted_month (None | str | Unset):
        waiver (GetContractWhatIfWaiverType0 | None | Unset): As if this waiver were granted
            today.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Decided | Problem]
    """

    kwargs = _get_kwargs(
        contract_id=contract_id,
        channel=channel,
        received_at=received_at,
        wanted_month=wanted_month,
        waiver=waiver,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    contract_id: str,
    *,
    client: AuthenticatedClient,
    channel: str | Unset = "paper",
    received_at: datetime.datetime | None | Unset = UNSET,
    wanted_month: None | str | Unset = UNSET,
    waiver: GetContractWhatIfWaiverType0 | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Decided | Problem | None:
    """What a cancellation would bring, today or later

     The decision of the cancellation itself: what falls due on this contract until then comes first.

    A notice that has arrived already, or arrives now, gives what `POST …/cancellation?dry_run=true`
    gives.

    Args:
        contract_id (str):
        channel (str | Unset):  Default: 'paper'.
        received_at (datetime.datetime | None | Unset): When the notice would arrive; now, where
            it is left out.
        wanted_month (None | str | Unset):
        waiver (GetContractWhatIfWaiverType0 | None | Unset): As if this waiver were granted
            today.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Decided | Problem
    """

    return sync_detailed(
        contract_id=contract_id,
        client=client,
        channel=channel,
        received_at=received_at,
        wanted_month=wanted_month,
        waiver=waiver,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    contract_id: str,
    *,
    client: AuthenticatedClient,
    channel: str | Unset = "paper",
    received_at: datetime.datetime | None | Unset = UNSET,
    wanted_month: None | str | Unset = UNSET,
    waiver: GetContractWhatIfWaiverType0 | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Response[Decided | Problem]:
    """What a cancellation would bring, today or later

     The decision of the cancellation itself: what falls due on this contract until then comes first.

    A notice that has arrived already, or arrives now, gives what `POST …/cancellation?dry_run=true`
    gives.

    Args:
        contract_id (str):
        channel (str | Unset):  Default: 'paper'.
        received_at (datetime.datetime | None | Unset): When the notice would arrive; now, where
            it is left out.
        wanted_month (None | str | Unset):
        waiver (GetContractWhatIfWaiverType0 | None | Unset): As if this waiver were granted
            today.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Decided | Problem]
    """

    kwargs = _get_kwargs(
        contract_id=contract_id,
        channel=channel,
        received_at=received_at,
        wanted_month=wanted_month,
        waiver=waiver,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    contract_id: str,
    *,
    client: AuthenticatedClient,
    channel: str | Unset = "paper",
    received_at: datetime.datetime | None | Unset = UNSET,
    wanted_month: None | str | Unset = UNSET,
    waiver: GetContractWhatIfWaiverType0 | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Decided | Problem | None:
    """What a cancellation would bring, today or later

     The decision of the cancellation itself: what falls due on this contract until then comes first.

    A notice that has arrived already, or arrives now, gives what `POST …/cancellation?dry_run=true`
    gives.

    Args:
        contract_id (str):
        channel (str | Unset):  Default: 'paper'.
        received_at (datetime.datetime | None | Unset): When the notice would arrive; now, where
            it is left out.
        wanted_month (None | str | Unset):
        waiver (GetContractWhatIfWaiverType0 | None | Unset): As if this waiver were granted
            today.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Decided | Problem
    """

    return (
        await asyncio_detailed(
            contract_id=contract_id,
            client=client,
            channel=channel,
            received_at=received_at,
            wanted_month=wanted_month,
            waiver=waiver,
            accept_language=accept_language,
        )
    ).parsed
