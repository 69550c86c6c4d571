from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.eligibility_answer import EligibilityAnswer
from ...models.eligibility_question import EligibilityQuestion
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: EligibilityQuestion,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/decisions/eligibility",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EligibilityAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = EligibilityAnswer.from_dict(response.json())

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
) -> Response[EligibilityAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: EligibilityQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[EligibilityAnswer | Problem]:
    """Whether a line can carry the service

     All grounds of article 6 or 19 that exclude the line (W-06.1 to W-06.2d, W-19.1 to W-19.3).

    Args:
        accept_language (None | str | Unset):
        body (EligibilityQuestion): Could this line carry the service on that day?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EligibilityAnswer | Problem]
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
    body: EligibilityQuestion,
    accept_language: None | str | Unset = UNSET,
) -> EligibilityAnswer | Problem | None:
    """Whether a line can carry the service

     All grounds of article 6 or 19 that exclude the line (W-06.1 to W-06.2d, W-19.1 to W-19.3).

    Args:
        accept_language (None | str | Unset):
        body (EligibilityQuestion): Could this line carry the service on that day?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EligibilityAnswer | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: EligibilityQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[EligibilityAnswer | Problem]:
    """Whether a line can carry the service

     All grounds of article 6 or 19 that exclude the line (W-06.1 to W-06.2d, W-19.1 to W-19.3).

    Args:
        accept_language (None | str | Unset):
        body (EligibilityQuestion): Could this line carry the service on that day?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EligibilityAnswer | Problem]
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
    body: EligibilityQuestion,
    accept_language: None | str | Unset = UNSET,
) -> EligibilityAnswer | Problem | None:
    """Whether a line can carry the service

     All grounds of article 6 or 19 that exclude the line (W-06.1 to W-06.2d, W-19.1 to W-19.3).

    Args:
        accept_language (None | str | Unset):
        body (EligibilityQuestion): Could this line carry the service on that day?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EligibilityAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            accept_language=accept_language,
        )
    ).parsed
