from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.monthly_points_answer import MonthlyPointsAnswer
from ...models.monthly_points_question import MonthlyPointsQuestion
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: MonthlyPointsQuestion,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/decisions/monthly-points",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MonthlyPointsAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = MonthlyPointsAnswer.from_dict(response.json())

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
) -> Response[MonthlyPointsAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: MonthlyPointsQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[MonthlyPointsAnswer | Problem]:
    """What a month of use earns

     `granted` or `none` (M-02.1 to M-02.5); an unknown service type is refused.

    Args:
        accept_language (None | str | Unset):
        body (MonthlyPointsQuestion): What does a line earn for a month of use?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MonthlyPointsAnswer | Problem]
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
    body: MonthlyPointsQuestion,
    accept_language: None | str | Unset = UNSET,
) -> MonthlyPointsAnswer | Problem | None:
    """What a month of use earns

     `granted` or `none` (M-02.1 to M-02.5); an unknown service type is refused.

    Args:
        accept_language (None | str | Unset):
        body (MonthlyPointsQuestion): What does a line earn for a month of use?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MonthlyPointsAnswer | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: MonthlyPointsQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[MonthlyPointsAnswer | Problem]:
    """What a month of use earns

     `granted` or `none` (M-02.1 to M-02.5); an unknown service type is refused.

    Args:
        accept_language (None | str | Unset):
        body (MonthlyPointsQuestion): What does a line earn for a month of use?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MonthlyPointsAnswer | Problem]
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
    body: MonthlyPointsQuestion,
    accept_language: None | str | Unset = UNSET,
) -> MonthlyPointsAnswer | Problem | None:
    """What a month of use earns

     `granted` or `none` (M-02.1 to M-02.5); an unknown service type is refused.

    Args:
        accept_language (None | str | Unset):
        body (MonthlyPointsQuestion): What does a line earn for a month of use?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MonthlyPointsAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            accept_language=accept_language,
        )
    ).parsed
