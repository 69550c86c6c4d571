from typing import Literal

LineFactsOperator = Literal["EAST", "WEST"]

LINE_FACTS_OPERATOR_VALUES: set[LineFactsOperator] = {
    "EAST",
    "WEST",
}


def check_line_facts_operator(value: str) -> LineFactsOperator:
    if value in LINE_FACTS_OPERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_FACTS_OPERATOR_VALUES!r}")
