import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    exchange_id: str,
    *,
    from_on: datetime.date | None | Unset = UNSET,
    to_on: datetime.date | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    params: dict[str, Any] = {}

    json_from_on: None | str | Unset
    if isinstance(from_on, Unset):
        json_from_on = UNSET
    elif isinstance(from_on, datetime.date):
        json_from_on = from_on.isoformat()
    else:
        json_from_on = from_on
    params["from_on"] = json_from_on

    json_to_on: None | str | Unset
    if isinstance(to_on, Unset):
        json_to_on = UNSET
    elif isinstance(to_on, datetime.date):
        json_to_on = to_on.isoformat()
    else:
        json_to_on = to_on
    params["to_on"] = json_to_on

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/exchanges/{exchange_id}/timeline.svg".format(
            exchange_id=quote(str(exchange_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | str | None:
    if response.status_code == 200:
        response_200 = response.text
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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | str]:
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
    from_on: datetime.date | None | Unset = UNSET,
    to_on: datetime.date | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Response[Problem | str]:
    """An exchange as a picture

     From the draft to the outcome, what happened and what lies ahead. No personal data.

    Args:
        exchange_id (str):
        from_on (datetime.date | None | Unset): The first day shown; the whole life without it.
        to_on (datetime.date | None | Unset): The last day shown, inclusive.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
        exchange_id=exchange_id,
        from_on=from_on,
        to_on=to_on,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    from_on: datetime.date | None | Unset = UNSET,
    to_on: datetime.date | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Problem | str | None:
    """An exchange as a picture

     From the draft to the outcome, what happened and what lies ahead. No personal data.

    Args:
        exchange_id (str):
        from_on (datetime.date | None | Unset): The first day shown; the whole life without it.
        to_on (datetime.date | None | Unset): The last day shown, inclusive.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | str
    """

    return sync_detailed(
        exchange_id=exchange_id,
        client=client,
        from_on=from_on,
        to_on=to_on,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    from_on: datetime.date | None | Unset = UNSET,
    to_on: datetime.date | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Response[Problem | str]:
    """An exchange as a picture

     From the draft to the outcome, what happened and what lies ahead. No personal data.

    Args:
        exchange_id (str):
        from_on (datetime.date | None | Unset): The first day shown; the whole life without it.
        to_on (datetime.date | None | Unset): The last day shown, inclusive.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | str]
    """

    kwargs = _get_kwargs(
        exchange_id=exchange_id,
        from_on=from_on,
        to_on=to_on,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    from_on: datetime.date | None | Unset = UNSET,
    to_on: datetime.date | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
) -> Problem | str | None:
    """An exchange as a picture

     From the draft to the outcome, what happened and what lies ahead. No personal data.

    Args:
        exchange_id (str):
        from_on (datetime.date | None | Unset): The first day shown; the whole life without it.
        to_on (datetime.date | None | Unset): The last day shown, inclusive.
        accept_language (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | str
    """

    return (
        await asyncio_detailed(
            exchange_id=exchange_id,
            client=client,
            from_on=from_on,
            to_on=to_on,
            accept_language=accept_language,
        )
    ).parsed
