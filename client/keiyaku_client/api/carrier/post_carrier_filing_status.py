from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.filing_status_message import FilingStatusMessage
from ...models.problem import Problem
from ...models.taken import Taken
from ...types import Response


def _get_kwargs(
    filing_id: str,
    *,
    body: FilingStatusMessage,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/carrier/filings/{filing_id}/status".format(
            filing_id=quote(str(filing_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Taken | None:
    if response.status_code == 200:
        response_200 = Taken.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Taken]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    filing_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: FilingStatusMessage,
) -> Response[Problem | Taken]:
    """Where a filing stands

     Each message carries the whole known state; a lower sequence is kept and changes nothing.

    What is not answered 200 says what to do next in `send_again`: `same`, `signed_anew`, `corrected`,
    `as_another`.

    Args:
        filing_id (str):
        body (FilingStatusMessage): Where a filing stands; every message carries the whole known
            state, and a higher `sequence` is newer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Taken]
    """

    kwargs = _get_kwargs(
        filing_id=filing_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    filing_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: FilingStatusMessage,
) -> Problem | Taken | None:
    """Where a filing stands

     Each message carries the whole known state; a lower sequence is kept and changes nothing.

    What is not answered 200 says what to do next in `send_again`: `same`, `signed_anew`, `corrected`,
    `as_another`.

    Args:
        filing_id (str):
        body (FilingStatusMessage): Where a filing stands; every message carries the whole known
            state, and a higher `sequence` is newer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Taken
    """

    return sync_detailed(
        filing_id=filing_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    filing_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: FilingStatusMessage,
) -> Response[Problem | Taken]:
    """Where a filing stands

     Each message carries the whole known state; a lower sequence is kept and changes nothing.

    What is not answered 200 says what to do next in `send_again`: `same`, `signed_anew`, `corrected`,
    `as_another`.

    Args:
        filing_id (str):
        body (FilingStatusMessage): Where a filing stands; every message carries the whole known
            state, and a higher `sequence` is newer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Taken]
    """

    kwargs = _get_kwargs(
        filing_id=filing_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    filing_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: FilingStatusMessage,
) -> Problem | Taken | None:
    """Where a filing stands

     Each message carries the whole known state; a lower sequence is kept and changes nothing.

    What is not answered 200 says what to do next in `send_again`: `same`, `signed_anew`, `corrected`,
    `as_another`.

    Args:
        filing_id (str):
        body (FilingStatusMessage): Where a filing stands; every message carries the whole known
            state, and a higher `sequence` is newer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Taken
    """

    return (
        await asyncio_detailed(
            filing_id=filing_id,
            client=client,
            body=body,
        )
    ).parsed
