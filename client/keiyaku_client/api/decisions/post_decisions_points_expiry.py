from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.points_expiry_answer import PointsExpiryAnswer
from ...models.points_expiry_question import PointsExpiryQuestion
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PointsExpiryQuestion,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/decisions/points-expiry",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PointsExpiryAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = PointsExpiryAnswer.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PointsExpiryAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PointsExpiryQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[PointsExpiryAnswer | Problem]:
    """Until when points are usable

     `valid` or, after the last usable day, `expired`, as the rules stand on `on` (M-04.1 to M-04.5).

    Args:
        accept_language (None | str | Unset):
        body (PointsExpiryQuestion): Until when are points granted on a day usable?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PointsExpiryAnswer | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        accept_language=accept_language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: PointsExpiryQuestion,
    accept_language: None | str | Unset = UNSET,
) -> PointsExpiryAnswer | Problem | None:
    """Until when points are usable

     `valid` or, after the last usable day, `expired`, as the rules stand on `on` (M-04.1 to M-04.5).

    Args:
        accept_language (None | str | Unset):
        body (PointsExpiryQuestion): Until when are points granted on a day usable?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PointsExpiryAnswer | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PointsExpiryQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[PointsExpiryAnswer | Problem]:
    """Until when points are usable

     `valid` or, after the last usable day, `expired`, as the rules stand on `on` (M-04.1 to M-04.5).

    Args:
        accept_language (None | str | Unset):
        body (PointsExpiryQuestion): Until when are points granted on a day usable?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PointsExpiryAnswer | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        accept_language=accept_language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: PointsExpiryQuestion,
    accept_language: None | str | Unset = UNSET,
) -> PointsExpiryAnswer | Problem | None:
    """Until when points are usable

     `valid` or, after the last usable day, `expired`, as the rules stand on `on` (M-04.1 to M-04.5).

    Args:
        accept_language (None | str | Unset):
        body (PointsExpiryQuestion): Until when are points granted on a day usable?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PointsExpiryAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            accept_language=accept_language,
        )
    ).parsed
