from typing import Literal

GetContractsOperatorType0 = Literal["EAST", "WEST"]

GET_CONTRACTS_OPERATOR_TYPE_0_VALUES: set[GetContractsOperatorType0] = {
    "EAST",
    "WEST",
}


def check_get_contracts_operator_type_0(value: str) -> GetContractsOperatorType0:
    if value in GET_CONTRACTS_OPERATOR_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_CONTRACTS_OPERATOR_TYPE_0_VALUES!r}")
