from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.bare import Bare
from ...models.problem import Problem
from ...models.tried_again import TriedAgain
from ...types import UNSET, Response, Unset


def _get_kwargs(
    message_id: str,
    *,
    body: Bare | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/messages/{message_id}/resend".format(
            message_id=quote(str(message_id), safe=""),
        ),
    }

    if isinstance(body, Bare):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | TriedAgain | None:
    if response.status_code == 200:
        response_200 = TriedAgain.from_dict(response.json())

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
) -> Response[Problem | TriedAgain]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    message_id: str,
    *,
    client: AuthenticatedClient,
    body: Bare | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Problem | TriedAgain]:
    """Try a message again that was given up

     To NTT or to the receiver of events, or a letter: under its own id, so that whoever had it already
    knows it.

    Args:
        message_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (Bare | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TriedAgain]
    """

    kwargs = _get_kwargs(
        message_id=message_id,
        body=body,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    message_id: str,
    *,
    client: AuthenticatedClient,
    body: Bare | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Problem | TriedAgain | None:
    """Try a message again that was given up

     To NTT or to the receiver of events, or a letter: under its own id, so that whoever had it already
    knows it.

    Args:
        message_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (Bare | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TriedAgain
    """

    return sync_detailed(
        message_id=message_id,
        client=client,
        body=body,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    message_id: str,
    *,
    client: AuthenticatedClient,
    body: Bare | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Problem | TriedAgain]:
    """Try a message again that was given up

     To NTT or to the receiver of events, or a letter: under its own id, so that whoever had it already
    knows it.

    Args:
        message_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (Bare | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TriedAgain]
    """

    kwargs = _get_kwargs(
        message_id=message_id,
        body=body,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    message_id: str,
    *,
    client: AuthenticatedClient,
    body: Bare | None | Unset = UNSET,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Problem | TriedAgain | None:
    """Try a message again that was given up

     To NTT or to the receiver of events, or a letter: under its own id, so that whoever had it already
    knows it.

    Args:
        message_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (Bare | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TriedAgain
    """

    return (
        await asyncio_detailed(
            message_id=message_id,
            client=client,
            body=body,
            accept_language=accept_language,
            idempotency_key=idempotency_key,
        )
    ).parsed
