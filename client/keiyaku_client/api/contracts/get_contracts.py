import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.contract_page import ContractPage
from ...models.get_contracts_operator_type_0 import (
    GetContractsOperatorType0,
)
from ...models.get_contracts_state_type_0 import (
    GetContractsStateType0,
)
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    state: GetContractsStateType0 | None | Unset = UNSET,
    course: None | str | Unset = UNSET,
    operator: GetContractsOperatorType0 | None | Unset = UNSET,
    ending_before: datetime.date | None | Unset = UNSET,
    needs_operator: bool | None | Unset = UNSET,
    line_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, str):
        json_state = state
    else:
        json_state = state
    params["state"] = json_state

    json_course: None | str | Unset
    if isinstance(course, Unset):
        json_course = UNSET
    else:
        json_course = course
    params["course"] = json_course

    json_operator: None | str | Unset
    if isinstance(operator, Unset):
        json_operator = UNSET
    elif isinstance(operator, str):
        json_operator = operator
    else:
        json_operator = operator
    params["operator"] = json_operator

    json_ending_before: None | str | Unset
    if isinstance(ending_before, Unset):
        json_ending_before = UNSET
    elif isinstance(ending_before, datetime.date):
        json_ending_before = ending_before.isoformat()
    else:
        json_ending_before = ending_before
    params["ending_before"] = json_ending_before

    json_needs_operator: bool | None | Unset
    if isinstance(needs_operator, Unset):
        json_needs_operator = UNSET
    else:
        json_needs_operator = needs_operator
    params["needs_operator"] = json_needs_operator

    json_line_id: None | str | Unset
    if isinstance(line_id, Unset):
        json_line_id = UNSET
    else:
        json_line_id = line_id
    params["line_id"] = json_line_id

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
        "url": "/v1/contracts",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ContractPage | Problem | None:
    if response.status_code == 200:
        response_200 = ContractPage.from_dict(response.json())

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
) -> Response[ContractPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    state: GetContractsStateType0 | None | Unset = UNSET,
    course: None | str | Unset = UNSET,
    operator: GetContractsOperatorType0 | None | Unset = UNSET,
    ending_before: datetime.date | None | Unset = UNSET,
    needs_operator: bool | None | Unset = UNSET,
    line_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[ContractPage | Problem]:
    """List contracts

     In order of application.

    Args:
        state (GetContractsStateType0 | None | Unset):
        course (None | str | Unset):
        operator (GetContractsOperatorType0 | None | Unset):
        ending_before (datetime.date | None | Unset):
        needs_operator (bool | None | Unset):
        line_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContractPage | Problem]
    """

    kwargs = _get_kwargs(
        state=state,
        course=course,
        operator=operator,
        ending_before=ending_before,
        needs_operator=needs_operator,
        line_id=line_id,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    state: GetContractsStateType0 | None | Unset = UNSET,
    course: None | str | Unset = UNSET,
    operator: GetContractsOperatorType0 | None | Unset = UNSET,
    ending_before: datetime.date | None | Unset = UNSET,
    needs_operator: bool | None | Unset = UNSET,
    line_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> ContractPage | Problem | None:
    """List contracts

     In order of application.

    Args:
        state (GetContractsStateType0 | None | Unset):
        course (None | str | Unset):
        operator (GetContractsOperatorType0 | None | Unset):
        ending_before (datetime.date | None | Unset):
        needs_operator (bool | None | Unset):
        line_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContractPage | Problem
    """

    return sync_detailed(
        client=client,
        state=state,
        course=course,
        operator=operator,
        ending_before=ending_before,
        needs_operator=needs_operator,
        line_id=line_id,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    state: GetContractsStateType0 | None | Unset = UNSET,
    course: None | str | Unset = UNSET,
    operator: GetContractsOperatorType0 | None | Unset = UNSET,
    ending_before: datetime.date | None | Unset = UNSET,
    needs_operator: bool | None | Unset = UNSET,
    line_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[ContractPage | Problem]:
    """List contracts

     In order of application.

    Args:
        state (GetContractsStateType0 | None | Unset):
        course (None | str | Unset):
        operator (GetContractsOperatorType0 | None | Unset):
        ending_before (datetime.date | None | Unset):
        needs_operator (bool | None | Unset):
        line_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContractPage | Problem]
    """

    kwargs = _get_kwargs(
        state=state,
        course=course,
        operator=operator,
        ending_before=ending_before,
        needs_operator=needs_operator,
        line_id=line_id,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    state: GetContractsStateType0 | None | Unset = UNSET,
    course: None | str | Unset = UNSET,
    operator: GetContractsOperatorType0 | None | Unset = UNSET,
    ending_before: datetime.date | None | Unset = UNSET,
    needs_operator: bool | None | Unset = UNSET,
    line_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> ContractPage | Problem | None:
    """List contracts

     In order of application.

    Args:
        state (GetContractsStateType0 | None | Unset):
        course (None | str | Unset):
        operator (GetContractsOperatorType0 | None | Unset):
        ending_before (datetime.date | None | Unset):
        needs_operator (bool | None | Unset):
        line_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContractPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            state=state,
            course=course,
            operator=operator,
            ending_before=ending_before,
            needs_operator=needs_operator,
            line_id=line_id,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
