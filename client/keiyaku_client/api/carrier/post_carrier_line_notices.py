from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.line_notice import LineNotice
from ...models.problem import Problem
from ...models.taken import Taken
from ...types import Response


def _get_kwargs(
    *,
    body: LineNotice,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/carrier/line-notices",
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
    *,
    client: AuthenticatedClient | Client,
    body: LineNotice,
) -> Response[Problem | Taken]:
    """Something happened to a line

     One signed notice serves every contract and membership on the line; a repeated `notice_id` changes
    nothing.

    Of two notices with one `notice_id`, or under one `webhook-id`, the first stands and another is 409.
    A line nobody
    is on is `unknown_line`: the notice is kept. What is not answered 200 says what to do next in
    `send_again`: `same`,
    `signed_anew`, `corrected`, `as_another`.

    Args:
        body (LineNotice): Something happened to a line; one notice serves every contract and
            membership on it (W-13.1b).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Taken]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: LineNotice,
) -> Problem | Taken | None:
    """Something happened to a line

     One signed notice serves every contract and membership on the line; a repeated `notice_id` changes
    nothing.

    Of two notices with one `notice_id`, or under one `webhook-id`, the first stands and another is 409.
    A line nobody
    is on is `unknown_line`: the notice is kept. What is not answered 200 says what to do next in
    `send_again`: `same`,
    `signed_anew`, `corrected`, `as_another`.

    Args:
        body (LineNotice): Something happened to a line; one notice serves every contract and
            membership on it (W-13.1b).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Taken
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: LineNotice,
) -> Response[Problem | Taken]:
    """Something happened to a line

     One signed notice serves every contract and membership on the line; a repeated `notice_id` changes
    nothing.

    Of two notices with one `notice_id`, or under one `webhook-id`, the first stands and another is 409.
    A line nobody
    is on is `unknown_line`: the notice is kept. What is not answered 200 says what to do next in
    `send_again`: `same`,
    `signed_anew`, `corrected`, `as_another`.

    Args:
        body (LineNotice): Something happened to a line; one notice serves every contract and
            membership on it (W-13.1b).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Taken]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: LineNotice,
) -> Problem | Taken | None:
    """Something happened to a line

     One signed notice serves every contract and membership on the line; a repeated `notice_id` changes
    nothing.

    Of two notices with one `notice_id`, or under one `webhook-id`, the first stands and another is 409.
    A line nobody
    is on is `unknown_line`: the notice is kept. What is not answered 200 says what to do next in
    `send_again`: `same`,
    `signed_anew`, `corrected`, `as_another`.

    Args:
        body (LineNotice): Something happened to a line; one notice serves every contract and
            membership on it (W-13.1b).

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Taken
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
