from typing import Literal

RelocationBodyToOperator = Literal["EAST", "WEST"]

RELOCATION_BODY_TO_OPERATOR_VALUES: set[RelocationBodyToOperator] = {
    "EAST",
    "WEST",
}


def check_relocation_body_to_operator(value: str) -> RelocationBodyToOperator:
    if value in RELOCATION_BODY_TO_OPERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RELOCATION_BODY_TO_OPERATOR_VALUES!r}")
