from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.renewal_bonus_answer import RenewalBonusAnswer
from ...models.renewal_bonus_question import RenewalBonusQuestion
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: RenewalBonusQuestion,
    accept_language: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/decisions/renewal-bonus",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | RenewalBonusAnswer | None:
    if response.status_code == 200:
        response_200 = RenewalBonusAnswer.from_dict(response.json())

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
) -> Response[Problem | RenewalBonusAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: RenewalBonusQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[Problem | RenewalBonusAnswer]:
    """Whether a にねん割 renewal earns the bonus

     `due`, `disqualified` or `after_last_cohort`, which wins (M-03.1 to M-03.8).

    Args:
        accept_language (None | str | Unset):
        body (RenewalBonusQuestion): Does a renewal of にねん割 earn the bonus?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RenewalBonusAnswer]
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
    body: RenewalBonusQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Problem | RenewalBonusAnswer | None:
    """Whether a にねん割 renewal earns the bonus

     `due`, `disqualified` or `after_last_cohort`, which wins (M-03.1 to M-03.8).

    Args:
        accept_language (None | str | Unset):
        body (RenewalBonusQuestion): Does a renewal of にねん割 earn the bonus?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RenewalBonusAnswer
    """

    return sync_detailed(
        client=client,
        body=body,
        accept_language=accept_language,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: RenewalBonusQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Response[Problem | RenewalBonusAnswer]:
    """Whether a にねん割 renewal earns the bonus

     `due`, `disqualified` or `after_last_cohort`, which wins (M-03.1 to M-03.8).

    Args:
        accept_language (None | str | Unset):
        body (RenewalBonusQuestion): Does a renewal of にねん割 earn the bonus?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RenewalBonusAnswer]
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
    body: RenewalBonusQuestion,
    accept_language: None | str | Unset = UNSET,
) -> Problem | RenewalBonusAnswer | None:
    """Whether a にねん割 renewal earns the bonus

     `due`, `disqualified` or `after_last_cohort`, which wins (M-03.1 to M-03.8).

    Args:
        accept_language (None | str | Unset):
        body (RenewalBonusQuestion): Does a renewal of にねん割 earn the bonus?

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RenewalBonusAnswer
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            accept_language=accept_language,
        )
    ).parsed
