from typing import Literal

MemberLineBodyOperator = Literal["EAST", "WEST"]

MEMBER_LINE_BODY_OPERATOR_VALUES: set[MemberLineBodyOperator] = {
    "EAST",
    "WEST",
}


def check_member_line_body_operator(value: str) -> MemberLineBodyOperator:
    if value in MEMBER_LINE_BODY_OPERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MEMBER_LINE_BODY_OPERATOR_VALUES!r}")
