from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.page_of import PageOf
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    exchange_id: str,
    *,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/exchanges/{exchange_id}/carrier-messages".format(
            exchange_id=quote(str(exchange_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PageOf | Problem | None:
    if response.status_code == 200:
        response_200 = PageOf.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PageOf | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """What crossed between NTT and us about an exchange

     Both directions, oldest first: a fee payment as NTT East was told of it (M-09.6).

    Args:
        exchange_id (str):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        exchange_id=exchange_id,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """What crossed between NTT and us about an exchange

     Both directions, oldest first: a fee payment as NTT East was told of it (M-09.6).

    Args:
        exchange_id (str):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOf | Problem
    """

    return sync_detailed(
        exchange_id=exchange_id,
        client=client,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """What crossed between NTT and us about an exchange

     Both directions, oldest first: a fee payment as NTT East was told of it (M-09.6).

    Args:
        exchange_id (str):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        exchange_id=exchange_id,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """What crossed between NTT and us about an exchange

     Both directions, oldest first: a fee payment as NTT East was told of it (M-09.6).

    Args:
        exchange_id (str):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOf | Problem
    """

    return (
        await asyncio_detailed(
            exchange_id=exchange_id,
            client=client,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
