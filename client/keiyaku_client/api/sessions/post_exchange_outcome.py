from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.decided import Decided
from ...models.outcome_body import OutcomeBody
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    exchange_id: str,
    *,
    body: OutcomeBody,
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
        "url": "/v1/exchanges/{exchange_id}/outcome".format(
            exchange_id=quote(str(exchange_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Decided | Problem | None:
    if response.status_code == 200:
        response_200 = Decided.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Decided | Problem]:
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
    body: OutcomeBody,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Decided | Problem]:
    """What NTT said of a fee payment, keyed in by an operator

     Counts as NTT's own answer at that moment: taken, or refused and the points return (M-09.6, M-04.6,
    A-18).

    Args:
        exchange_id (str):
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (OutcomeBody): What NTT East said of a fee payment that it has not answered, by
            telephone or letter.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Decided | Problem]
    """

    kwargs = _get_kwargs(
        exchange_id=exchange_id,
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
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    body: OutcomeBody,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Decided | Problem | None:
    """What NTT said of a fee payment, keyed in by an operator

     Counts as NTT's own answer at that moment: taken, or refused and the points return (M-09.6, M-04.6,
    A-18).

    Args:
        exchange_id (str):
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (OutcomeBody): What NTT East said of a fee payment that it has not answered, by
            telephone or letter.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Decided | Problem
    """

    return sync_detailed(
        exchange_id=exchange_id,
        client=client,
        body=body,
        dry_run=dry_run,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    body: OutcomeBody,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[Decided | Problem]:
    """What NTT said of a fee payment, keyed in by an operator

     Counts as NTT's own answer at that moment: taken, or refused and the points return (M-09.6, M-04.6,
    A-18).

    Args:
        exchange_id (str):
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (OutcomeBody): What NTT East said of a fee payment that it has not answered, by
            telephone or letter.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Decided | Problem]
    """

    kwargs = _get_kwargs(
        exchange_id=exchange_id,
        body=body,
        dry_run=dry_run,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    exchange_id: str,
    *,
    client: AuthenticatedClient,
    body: OutcomeBody,
    dry_run: bool | Unset = False,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Decided | Problem | None:
    """What NTT said of a fee payment, keyed in by an operator

     Counts as NTT's own answer at that moment: taken, or refused and the points return (M-09.6, M-04.6,
    A-18).

    Args:
        exchange_id (str):
        dry_run (bool | Unset):  Default: False.
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (OutcomeBody): What NTT East said of a fee payment that it has not answered, by
            telephone or letter.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Decided | Problem
    """

    return (
        await asyncio_detailed(
            exchange_id=exchange_id,
            client=client,
            body=body,
            dry_run=dry_run,
            accept_language=accept_language,
            idempotency_key=idempotency_key,
        )
    ).parsed
