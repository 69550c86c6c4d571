from typing import Literal

CourseSwitchBodyReasonCode = Literal[
    "breach",
    "customer_request",
    "entry_error",
    "evidence_accepted",
    "evidence_rejected",
    "general_terms",
    "goodwill",
    "line_problem",
    "not_line_holder",
    "ntt_changed_type",
    "operational",
    "other",
]

COURSE_SWITCH_BODY_REASON_CODE_VALUES: set[CourseSwitchBodyReasonCode] = {
    "breach",
    "customer_request",
    "entry_error",
    "evidence_accepted",
    "evidence_rejected",
    "general_terms",
    "goodwill",
    "line_problem",
    "not_line_holder",
    "ntt_changed_type",
    "operational",
    "other",
}


def check_course_switch_body_reason_code(value: str) -> CourseSwitchBodyReasonCode:
    if value in COURSE_SWITCH_BODY_REASON_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COURSE_SWITCH_BODY_REASON_CODE_VALUES!r}")
