from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.page_of import PageOf
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    month: str,
    actor: None | str | Unset = UNSET,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    params: dict[str, Any] = {}

    params["month"] = month

    json_actor: None | str | Unset
    if isinstance(actor, Unset):
        json_actor = UNSET
    else:
        json_actor = actor
    params["actor"] = json_actor

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
        "url": "/v1/operator-decisions",
        "params": params,
    }

    _kwargs["headers"] = headers
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
    *,
    client: AuthenticatedClient,
    month: str,
    actor: None | str | Unset = UNSET,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """What people decided in a month

     By the business moment: who, which way, how much, why, articles and edition; keys by the moment of
    real time.

    Decisions about contracts, memberships, filings, rollouts and programmes, changes of people,
    payments keyed in,
    letters and messages sent again, and keys. What came by itself or from NTT is left out. An auditor
    sees in outline
    whatever is personal.

    Args:
        month (str):
        actor (None | str | Unset):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        month=month,
        actor=actor,
        limit=limit,
        cursor=cursor,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    month: str,
    actor: None | str | Unset = UNSET,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """What people decided in a month

     By the business moment: who, which way, how much, why, articles and edition; keys by the moment of
    real time.

    Decisions about contracts, memberships, filings, rollouts and programmes, changes of people,
    payments keyed in,
    letters and messages sent again, and keys. What came by itself or from NTT is left out. An auditor
    sees in outline
    whatever is personal.

    Args:
        month (str):
        actor (None | str | Unset):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOf | Problem
    """

    return sync_detailed(
        client=client,
        month=month,
        actor=actor,
        limit=limit,
        cursor=cursor,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    month: str,
    actor: None | str | Unset = UNSET,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """What people decided in a month

     By the business moment: who, which way, how much, why, articles and edition; keys by the moment of
    real time.

    Decisions about contracts, memberships, filings, rollouts and programmes, changes of people,
    payments keyed in,
    letters and messages sent again, and keys. What came by itself or from NTT is left out. An auditor
    sees in outline
    whatever is personal.

    Args:
        month (str):
        actor (None | str | Unset):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        month=month,
        actor=actor,
        limit=limit,
        cursor=cursor,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    month: str,
    actor: None | str | Unset = UNSET,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """What people decided in a month

     By the business moment: who, which way, how much, why, articles and edition; keys by the moment of
    real time.

    Decisions about contracts, memberships, filings, rollouts and programmes, changes of people,
    payments keyed in,
    letters and messages sent again, and keys. What came by itself or from NTT is left out. An auditor
    sees in outline
    whatever is personal.

    Args:
        month (str):
        actor (None | str | Unset):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOf | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            month=month,
            actor=actor,
            limit=limit,
            cursor=cursor,
            accept_language=accept_language,
        )
    ).parsed
