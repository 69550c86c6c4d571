from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_program_progress_format_type_0 import (
    GetProgramProgressFormatType0,
)
from ...models.get_program_progress_outcome_type_0 import (
    GetProgramProgressOutcomeType0,
)
from ...models.problem import Problem
from ...models.program import Program
from ...types import UNSET, Response, Unset


def _get_kwargs(
    code: str,
    *,
    outcome: GetProgramProgressOutcomeType0 | None | Unset = UNSET,
    format_: GetProgramProgressFormatType0 | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_outcome: None | str | Unset
    if isinstance(outcome, Unset):
        json_outcome = UNSET
    elif isinstance(outcome, str):
        json_outcome = outcome
    else:
        json_outcome = outcome
    params["outcome"] = json_outcome

    json_format_: None | str | Unset
    if isinstance(format_, Unset):
        json_format_ = UNSET
    elif isinstance(format_, str):
        json_format_ = format_
    else:
        json_format_ = format_
    params["format"] = json_format_

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/programs/{code}/progress".format(
            code=quote(str(code), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Program | None:
    if response.status_code == 200:
        response_200 = Program.from_dict(response.json())

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

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Program]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    code: str,
    *,
    client: AuthenticatedClient,
    outcome: GetProgramProgressOutcomeType0 | None | Unset = UNSET,
    format_: GetProgramProgressFormatType0 | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[Problem | Program]:
    """How far a wind-down is, and what became of each member

     `outcomes` lists members by id; with `format=csv`, or `Accept: text/csv`, all of them as one report.

    Args:
        code (str):
        outcome (GetProgramProgressOutcomeType0 | None | Unset):
        format_ (GetProgramProgressFormatType0 | None | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Program]
    """

    kwargs = _get_kwargs(
        code=code,
        outcome=outcome,
        format_=format_,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    code: str,
    *,
    client: AuthenticatedClient,
    outcome: GetProgramProgressOutcomeType0 | None | Unset = UNSET,
    format_: GetProgramProgressFormatType0 | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Problem | Program | None:
    """How far a wind-down is, and what became of each member

     `outcomes` lists members by id; with `format=csv`, or `Accept: text/csv`, all of them as one report.

    Args:
        code (str):
        outcome (GetProgramProgressOutcomeType0 | None | Unset):
        format_ (GetProgramProgressFormatType0 | None | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Program
    """

    return sync_detailed(
        code=code,
        client=client,
        outcome=outcome,
        format_=format_,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    code: str,
    *,
    client: AuthenticatedClient,
    outcome: GetProgramProgressOutcomeType0 | None | Unset = UNSET,
    format_: GetProgramProgressFormatType0 | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[Problem | Program]:
    """How far a wind-down is, and what became of each member

     `outcomes` lists members by id; with `format=csv`, or `Accept: text/csv`, all of them as one report.

    Args:
        code (str):
        outcome (GetProgramProgressOutcomeType0 | None | Unset):
        format_ (GetProgramProgressFormatType0 | None | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Program]
    """

    kwargs = _get_kwargs(
        code=code,
        outcome=outcome,
        format_=format_,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    code: str,
    *,
    client: AuthenticatedClient,
    outcome: GetProgramProgressOutcomeType0 | None | Unset = UNSET,
    format_: GetProgramProgressFormatType0 | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Problem | Program | None:
    """How far a wind-down is, and what became of each member

     `outcomes` lists members by id; with `format=csv`, or `Accept: text/csv`, all of them as one report.

    Args:
        code (str):
        outcome (GetProgramProgressOutcomeType0 | None | Unset):
        format_ (GetProgramProgressFormatType0 | None | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Program
    """

    return (
        await asyncio_detailed(
            code=code,
            client=client,
            outcome=outcome,
            format_=format_,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
