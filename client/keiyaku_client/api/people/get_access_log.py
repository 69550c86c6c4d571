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
    person_id: None | str | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    month: None | str | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_person_id: None | str | Unset
    if isinstance(person_id, Unset):
        json_person_id = UNSET
    else:
        json_person_id = person_id
    params["person_id"] = json_person_id

    json_actor: None | str | Unset
    if isinstance(actor, Unset):
        json_actor = UNSET
    else:
        json_actor = actor
    params["actor"] = json_actor

    json_month: None | str | Unset
    if isinstance(month, Unset):
        json_month = UNSET
    else:
        json_month = month
    params["month"] = json_month

    params["newest_first"] = newest_first

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
        "url": "/v1/access-log",
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
    person_id: None | str | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    month: None | str | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """Who looked at whose data

     In the order it happened, or the latest first; `next_cursor` goes on from the last one.

    Args:
        person_id (None | str | Unset):
        actor (None | str | Unset):
        month (None | str | Unset):
        newest_first (bool | Unset): The latest look first. Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
        actor=actor,
        month=month,
        newest_first=newest_first,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    person_id: None | str | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    month: None | str | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """Who looked at whose data

     In the order it happened, or the latest first; `next_cursor` goes on from the last one.

    Args:
        person_id (None | str | Unset):
        actor (None | str | Unset):
        month (None | str | Unset):
        newest_first (bool | Unset): The latest look first. Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOf | Problem
    """

    return sync_detailed(
        client=client,
        person_id=person_id,
        actor=actor,
        month=month,
        newest_first=newest_first,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    person_id: None | str | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    month: None | str | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """Who looked at whose data

     In the order it happened, or the latest first; `next_cursor` goes on from the last one.

    Args:
        person_id (None | str | Unset):
        actor (None | str | Unset):
        month (None | str | Unset):
        newest_first (bool | Unset): The latest look first. Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
        actor=actor,
        month=month,
        newest_first=newest_first,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    person_id: None | str | Unset = UNSET,
    actor: None | str | Unset = UNSET,
    month: None | str | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """Who looked at whose data

     In the order it happened, or the latest first; `next_cursor` goes on from the last one.

    Args:
        person_id (None | str | Unset):
        actor (None | str | Unset):
        month (None | str | Unset):
        newest_first (bool | Unset): The latest look first. Default: False.
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOf | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            person_id=person_id,
            actor=actor,
            month=month,
            newest_first=newest_first,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
