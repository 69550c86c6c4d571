from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.erasure_body import ErasureBody
from ...models.person_erased import PersonErased
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    person_id: str,
    *,
    body: ErasureBody,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(accept_language, Unset):
        headers["accept-language"] = accept_language

    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/people/{person_id}".format(
            person_id=quote(str(person_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PersonErased | Problem | None:
    if response.status_code == 200:
        response_200 = PersonErased.from_dict(response.json())

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
) -> Response[PersonErased | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: ErasureBody,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[PersonErased | Problem]:
    """Erase a person

     Out of every table, once all that is theirs is closed; the log, the charges and the points stay
    under ids.

    Args:
        person_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (ErasureBody): Why a person is erased: by a code alone, since free text would stay
            behind.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PersonErased | Problem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
        body=body,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: ErasureBody,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> PersonErased | Problem | None:
    """Erase a person

     Out of every table, once all that is theirs is closed; the log, the charges and the points stay
    under ids.

    Args:
        person_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (ErasureBody): Why a person is erased: by a code alone, since free text would stay
            behind.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PersonErased | Problem
    """

    return sync_detailed(
        person_id=person_id,
        client=client,
        body=body,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: ErasureBody,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> Response[PersonErased | Problem]:
    """Erase a person

     Out of every table, once all that is theirs is closed; the log, the charges and the points stay
    under ids.

    Args:
        person_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (ErasureBody): Why a person is erased: by a code alone, since free text would stay
            behind.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PersonErased | Problem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
        body=body,
        accept_language=accept_language,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: ErasureBody,
    accept_language: None | str | Unset = UNSET,
    idempotency_key: str,
) -> PersonErased | Problem | None:
    """Erase a person

     Out of every table, once all that is theirs is closed; the log, the charges and the points stay
    under ids.

    Args:
        person_id (str):
        accept_language (None | str | Unset):
        idempotency_key (str):
        body (ErasureBody): Why a person is erased: by a code alone, since free text would stay
            behind.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PersonErased | Problem
    """

    return (
        await asyncio_detailed(
            person_id=person_id,
            client=client,
            body=body,
            accept_language=accept_language,
            idempotency_key=idempotency_key,
        )
    ).parsed
