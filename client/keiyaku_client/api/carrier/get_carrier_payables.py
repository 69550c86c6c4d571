from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_carrier_payables_area_type_0 import (
    GetCarrierPayablesAreaType0,
)
from ...models.payable_page import PayablePage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    area: GetCarrierPayablesAreaType0 | None | Unset = UNSET,
    month: None | str | Unset = UNSET,
    contract_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_area: None | str | Unset
    if isinstance(area, Unset):
        json_area = UNSET
    elif isinstance(area, str):
        json_area = area
    else:
        json_area = area
    params["area"] = json_area

    json_month: None | str | Unset
    if isinstance(month, Unset):
        json_month = UNSET
    else:
        json_month = month
    params["month"] = json_month

    json_contract_id: None | str | Unset
    if isinstance(contract_id, Unset):
        json_contract_id = UNSET
    else:
        json_contract_id = contract_id
    params["contract_id"] = json_contract_id

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
        "url": "/v1/carrier/payables",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PayablePage | Problem | None:
    if response.status_code == 200:
        response_200 = PayablePage.from_dict(response.json())

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

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PayablePage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    area: GetCarrierPayablesAreaType0 | None | Unset = UNSET,
    month: None | str | Unset = UNSET,
    contract_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[PayablePage | Problem]:
    """What is owed to NTT for line charges paid on behalf

     A ledger in the order in which it was written; `total` is the sum of all rows that fit, in yen with
    NTT's tax.

    What NTT's statement no longer says is taken back by a row of the opposite amount that names the one
    it `reverses`.

    Args:
        area (GetCarrierPayablesAreaType0 | None | Unset): to NTT East or West; without it to both
        month (None | str | Unset):
        contract_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PayablePage | Problem]
    """

    kwargs = _get_kwargs(
        area=area,
        month=month,
        contract_id=contract_id,
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
    area: GetCarrierPayablesAreaType0 | None | Unset = UNSET,
    month: None | str | Unset = UNSET,
    contract_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> PayablePage | Problem | None:
    """What is owed to NTT for line charges paid on behalf

     A ledger in the order in which it was written; `total` is the sum of all rows that fit, in yen with
    NTT's tax.

    What NTT's statement no longer says is taken back by a row of the opposite amount that names the one
    it `reverses`.

    Args:
        area (GetCarrierPayablesAreaType0 | None | Unset): to NTT East or West; without it to both
        month (None | str | Unset):
        contract_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PayablePage | Problem
    """

    return sync_detailed(
        client=client,
        area=area,
        month=month,
        contract_id=contract_id,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    area: GetCarrierPayablesAreaType0 | None | Unset = UNSET,
    month: None | str | Unset = UNSET,
    contract_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[PayablePage | Problem]:
    """What is owed to NTT for line charges paid on behalf

     A ledger in the order in which it was written; `total` is the sum of all rows that fit, in yen with
    NTT's tax.

    What NTT's statement no longer says is taken back by a row of the opposite amount that names the one
    it `reverses`.

    Args:
        area (GetCarrierPayablesAreaType0 | None | Unset): to NTT East or West; without it to both
        month (None | str | Unset):
        contract_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PayablePage | Problem]
    """

    kwargs = _get_kwargs(
        area=area,
        month=month,
        contract_id=contract_id,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    area: GetCarrierPayablesAreaType0 | None | Unset = UNSET,
    month: None | str | Unset = UNSET,
    contract_id: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> PayablePage | Problem | None:
    """What is owed to NTT for line charges paid on behalf

     A ledger in the order in which it was written; `total` is the sum of all rows that fit, in yen with
    NTT's tax.

    What NTT's statement no longer says is taken back by a row of the opposite amount that names the one
    it `reverses`.

    Args:
        area (GetCarrierPayablesAreaType0 | None | Unset): to NTT East or West; without it to both
        month (None | str | Unset):
        contract_id (None | str | Unset):
        limit (int | Unset):  Default: 50.
        cursor (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PayablePage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            area=area,
            month=month,
            contract_id=contract_id,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
