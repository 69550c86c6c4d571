from typing import Literal

WaiverRequestBodyCase = Literal["death", "line_name_change", "line_unusable"]

WAIVER_REQUEST_BODY_CASE_VALUES: set[WaiverRequestBodyCase] = {
    "death",
    "line_name_change",
    "line_unusable",
}


def check_waiver_request_body_case(value: str) -> WaiverRequestBodyCase:
    if value in WAIVER_REQUEST_BODY_CASE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAIVER_REQUEST_BODY_CASE_VALUES!r}")
