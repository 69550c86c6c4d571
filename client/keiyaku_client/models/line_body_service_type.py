from typing import Literal

LineBodyServiceType = Literal["BUSINESS", "FAMILY", "MANSION"]

LINE_BODY_SERVICE_TYPE_VALUES: set[LineBodyServiceType] = {
    "BUSINESS",
    "FAMILY",
    "MANSION",
}


def check_line_body_service_type(value: str) -> LineBodyServiceType:
    if value in LINE_BODY_SERVICE_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_BODY_SERVICE_TYPE_VALUES!r}")
