from typing import Literal

WaiverBodyCase = Literal["death", "line_name_change", "line_unusable"]

WAIVER_BODY_CASE_VALUES: set[WaiverBodyCase] = {
    "death",
    "line_name_change",
    "line_unusable",
}


def check_waiver_body_case(value: str) -> WaiverBodyCase:
    if value in WAIVER_BODY_CASE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAIVER_BODY_CASE_VALUES!r}")
