import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.membership import Membership
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    member_id: str,
    *,
    as_of: datetime.date | None | Unset = UNSET,
    known_at: datetime.datetime | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_as_of: None | str | Unset
    if isinstance(as_of, Unset):
        json_as_of = UNSET
    elif isinstance(as_of, datetime.date):
        json_as_of = as_of.isoformat()
    else:
        json_as_of = as_of
    params["as_of"] = json_as_of

    json_known_at: None | str | Unset
    if isinstance(known_at, Unset):
        json_known_at = UNSET
    elif isinstance(known_at, datetime.datetime):
        json_known_at = known_at.isoformat()
    else:
        json_known_at = known_at
    params["known_at"] = json_known_at

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/memberships/{member_id}".format(
            member_id=quote(str(member_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Membership | Problem | None:
    if response.status_code == 200:
        response_200 = Membership.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Membership | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    member_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | None | Unset = UNSET,
    known_at: datetime.datetime | None | Unset = UNSET,
) -> Response[Membership | Problem]:
    """One membership, now or as of a day

     As of now, with everything due carried out; with `as_of`, as of the end of that Japan day.

    With `known_at`, as it was known at that moment, before what was keyed in later.

    Args:
        member_id (str):
        as_of (datetime.date | None | Unset): As of the end of this Japan day, by the days things
            take effect.
        known_at (datetime.datetime | None | Unset): As it was known at this moment, inclusive:
            without what was keyed in, corrected or undone later. Beside `as_of`: what was known then
            of that day.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Membership | Problem]
    """

    kwargs = _get_kwargs(
        member_id=member_id,
        as_of=as_of,
        known_at=known_at,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    member_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | None | Unset = UNSET,
    known_at: datetime.datetime | None | Unset = UNSET,
) -> Membership | Problem | None:
    """One membership, now or as of a day

     As of now, with everything due carried out; with `as_of`, as of the end of that Japan day.

    With `known_at`, as it was known at that moment, before what was keyed in later.

    Args:
        member_id (str):
        as_of (datetime.date | None | Unset): As of the end of this Japan day, by the days things
            take effect.
        known_at (datetime.datetime | None | Unset): As it was known at this moment, inclusive:
            without what was keyed in, corrected or undone later. Beside `as_of`: what was known then
            of that day.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Membership | Problem
    """

    return sync_detailed(
        member_id=member_id,
        client=client,
        as_of=as_of,
        known_at=known_at,
    ).parsed


async def asyncio_detailed(
    member_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | None | Unset = UNSET,
    known_at: datetime.datetime | None | Unset = UNSET,
) -> Response[Membership | Problem]:
    """One membership, now or as of a day

     As of now, with everything due carried out; with `as_of`, as of the end of that Japan day.

    With `known_at`, as it was known at that moment, before what was keyed in later.

    Args:
        member_id (str):
        as_of (datetime.date | None | Unset): As of the end of this Japan day, by the days things
            take effect.
        known_at (datetime.datetime | None | Unset): As it was known at this moment, inclusive:
            without what was keyed in, corrected or undone later. Beside `as_of`: what was known then
            of that day.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Membership | Problem]
    """

    kwargs = _get_kwargs(
        member_id=member_id,
        as_of=as_of,
        known_at=known_at,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    member_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | None | Unset = UNSET,
    known_at: datetime.datetime | None | Unset = UNSET,
) -> Membership | Problem | None:
    """One membership, now or as of a day

     As of now, with everything due carried out; with `as_of`, as of the end of that Japan day.

    With `known_at`, as it was known at that moment, before what was keyed in later.

    Args:
        member_id (str):
        as_of (datetime.date | None | Unset): As of the end of this Japan day, by the days things
            take effect.
        known_at (datetime.datetime | None | Unset): As it was known at this moment, inclusive:
            without what was keyed in, corrected or undone later. Beside `as_of`: what was known then
            of that day.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Membership | Problem
    """

    return (
        await asyncio_detailed(
            member_id=member_id,
            client=client,
            as_of=as_of,
            known_at=known_at,
        )
    ).parsed
