from typing import Literal

GetContractsStateType0 = Literal[
    "accepted",
    "active",
    "applied",
    "choosing",
    "declined",
    "ended",
    "ending",
    "filing",
    "identity_requested",
    "withdrawn",
]

GET_CONTRACTS_STATE_TYPE_0_VALUES: set[GetContractsStateType0] = {
    "accepted",
    "active",
    "applied",
    "choosing",
    "declined",
    "ended",
    "ending",
    "filing",
    "identity_requested",
    "withdrawn",
}


def check_get_contracts_state_type_0(value: str) -> GetContractsStateType0:
    if value in GET_CONTRACTS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_CONTRACTS_STATE_TYPE_0_VALUES!r}")
