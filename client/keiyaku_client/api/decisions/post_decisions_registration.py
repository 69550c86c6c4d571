from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.registration_answer import RegistrationAnswer
from ...models.registration_question import RegistrationQuestion
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: RegistrationQuestion,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/decisions/registration",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | RegistrationAnswer | None:
    if response.status_code == 200:
        response_200 = RegistrationAnswer.from_dict(response.json())

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
) -> Response[Problem | RegistrationAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: RegistrationQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[Problem | RegistrationAnswer]:
    """Whether an application to join is accepted

     `accepted` or `refused` by the moment of the application (M-06.1, M-01.1, M-12.1).

    Args:
        accept_language (None | str | Unset):
        body (RegistrationQuestion): Would this application for membership be accepted?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RegistrationAnswer]
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
    body: RegistrationQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Problem | RegistrationAnswer | None:
    """Whether an application to join is accepted

     `accepted` or `refused` by the moment of the application (M-06.1, M-01.1, M-12.1).

    Args:
        accept_language (None | str | Unset):
        body (RegistrationQuestion): Would this application for membership be accepted?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RegistrationAnswer
    """

    return sync_detailed(
        client=client,
        body=body,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: RegistrationQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[Problem | RegistrationAnswer]:
    """Whether an application to join is accepted

     `accepted` or `refused` by the moment of the application (M-06.1, M-01.1, M-12.1).

    Args:
        accept_language (None | str | Unset):
        body (RegistrationQuestion): Would this application for membership be accepted?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RegistrationAnswer]
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
    body: RegistrationQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Problem | RegistrationAnswer | None:
    """Whether an application to join is accepted

     `accepted` or `refused` by the moment of the application (M-06.1, M-01.1, M-12.1).

    Args:
        accept_language (None | str | Unset):
        body (RegistrationQuestion): Would this application for membership be accepted?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RegistrationAnswer
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            accept_language=accept_language,
        )
    ).parsed
