from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.imported import Imported
from ...models.problem import Problem
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    body: File,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/memberships/import",
        "params": params,
    }

    _kwargs["content"] = body.payload
    headers["Content-Type"] = "application/x-ndjson"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Imported | Problem | None:
    if response.status_code == 200:
        response_200 = Imported.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Imported | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Imported | Problem]:
    """Take over memberships that exist already, one a line

     A line that does not enter is answered with its code and detail; the others enter.

    Workflows are started beside: a membership answers, takes commands and keeps its dates from the
    first moment.

    Args:
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (File): One JSON object a line.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Imported | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: File,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Imported | Problem | None:
    """Take over memberships that exist already, one a line

     A line that does not enter is answered with its code and detail; the others enter.

    Workflows are started beside: a membership answers, takes commands and keeps its dates from the
    first moment.

    Args:
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (File): One JSON object a line.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Imported | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        dry_run=dry_run,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: File,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Imported | Problem]:
    """Take over memberships that exist already, one a line

     A line that does not enter is answered with its code and detail; the others enter.

    Workflows are started beside: a membership answers, takes commands and keeps its dates from the
    first moment.

    Args:
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (File): One JSON object a line.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Imported | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        dry_run=dry_run,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: File,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Imported | Problem | None:
    """Take over memberships that exist already, one a line

     A line that does not enter is answered with its code and detail; the others enter.

    Workflows are started beside: a membership answers, takes commands and keeps its dates from the
    first moment.

    Args:
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (File): One JSON object a line.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Imported | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            dry_run=dry_run,
            accept_language=accept_language,
            idempotency_key=idempotency_key,
        )
    ).parsed
