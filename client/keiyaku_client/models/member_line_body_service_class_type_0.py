from typing import Literal

MemberLineBodyServiceClassType0 = Literal["FAMILY", "MANSION"]

MEMBER_LINE_BODY_SERVICE_CLASS_TYPE_0_VALUES: set[MemberLineBodyServiceClassType0] = {
    "FAMILY",
    "MANSION",
}


def check_member_line_body_service_class_type_0(value: str) -> MemberLineBodyServiceClassType0:
    if value in MEMBER_LINE_BODY_SERVICE_CLASS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MEMBER_LINE_BODY_SERVICE_CLASS_TYPE_0_VALUES!r}")
