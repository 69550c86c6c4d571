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
    q: str,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["q"] = q

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
        "url": "/v1/people",
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
    q: str,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """Find people

     By name, kana, phone (or its last four digits), e-mail, address, line number, or an id of something
    of theirs.

    Width, case, hyphens, hiragana or katakana and spaces make no difference; every word has to fit, as
    a beginning.
    At most 200 people, the closest first. Who was shown is kept in the access log; what was typed is
    not.

    Args:
        q (str):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
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
    q: str,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """Find people

     By name, kana, phone (or its last four digits), e-mail, address, line number, or an id of something
    of theirs.

    Width, case, hyphens, hiragana or katakana and spaces make no difference; every word has to fit, as
    a beginning.
    At most 200 people, the closest first. Who was shown is kept in the access log; what was typed is
    not.

    Args:
        q (str):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageOf | Problem
    """

    return sync_detailed(
        client=client,
        q=q,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    q: str,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> Response[PageOf | Problem]:
    """Find people

     By name, kana, phone (or its last four digits), e-mail, address, line number, or an id of something
    of theirs.

    Width, case, hyphens, hiragana or katakana and spaces make no difference; every word has to fit, as
    a beginning.
    At most 200 people, the closest first. Who was shown is kept in the access log; what was typed is
    not.

    Args:
        q (str):
        limit (int | Unset):  Default: 500.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageOf | Problem]
    """

    kwargs = _get_kwargs(
        q=q,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    q: str,
    limit: int | Unset = 500,
    cursor: None | str | Unset = UNSET,
) -> PageOf | Problem | None:
    """Find people

     By name, kana, phone (or its last four digits), e-mail, address, line number, or an id of something
    of theirs.

    Width, case, hyphens, hiragana or katakana and spaces make no difference; every word has to fit, as
    a beginning.
    At most 200 people, the closest first. Who was shown is kept in the access log; what was typed is
    not.

    Args:
        q (str):
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
            client=client,
            q=q,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
