from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.begun import Begun
from ...models.problem import Problem
from ...models.rollout_body import RolloutBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: RolloutBody,
    dry_run: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/rollouts",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Begun | Problem | None:
    if response.status_code == 200:
        response_200 = Begun.from_dict(response.json())

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

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Begun | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: RolloutBody,
    dry_run: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Begun | Problem]:
    """Announce a change that reaches many contracts

     Decided at once, carried out from 00:00 JST of the effective day; a dry run lists who is affected
    and how.

    Args:
        dry_run (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (RolloutBody): A change of many contracts; `notice` is the text put out to
            contractors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Begun | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        limit=limit,
        cursor=cursor,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: RolloutBody,
    dry_run: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Begun | Problem | None:
    """Announce a change that reaches many contracts

     Decided at once, carried out from 00:00 JST of the effective day; a dry run lists who is affected
    and how.

    Args:
        dry_run (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (RolloutBody): A change of many contracts; `notice` is the text put out to
            contractors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Begun | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        dry_run=dry_run,
        limit=limit,
        cursor=cursor,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: RolloutBody,
    dry_run: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Begun | Problem]:
    """Announce a change that reaches many contracts

     Decided at once, carried out from 00:00 JST of the effective day; a dry run lists who is affected
    and how.

    Args:
        dry_run (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (RolloutBody): A change of many contracts; `notice` is the text put out to
            contractors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Begun | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        limit=limit,
        cursor=cursor,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: RolloutBody,
    dry_run: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Begun | Problem | None:
    """Announce a change that reaches many contracts

     Decided at once, carried out from 00:00 JST of the effective day; a dry run lists who is affected
    and how.

    Args:
        dry_run (bool | Unset):  Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (RolloutBody): A change of many contracts; `notice` is the text put out to
            contractors.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Begun | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            dry_run=dry_run,
            limit=limit,
            cursor=cursor,
            accept_language=accept_language,
            idempotency_key=idempotency_key,
        )
    ).parsed
