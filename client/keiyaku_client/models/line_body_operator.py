from typing import Literal

LineBodyOperator = Literal["EAST", "WEST"]

LINE_BODY_OPERATOR_VALUES: set[LineBodyOperator] = {
    "EAST",
    "WEST",
}


def check_line_body_operator(value: str) -> LineBodyOperator:
    if value in LINE_BODY_OPERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_BODY_OPERATOR_VALUES!r}")
