from typing import Literal

CourseChangeBodyReasonCodeType0 = Literal[
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

COURSE_CHANGE_BODY_REASON_CODE_TYPE_0_VALUES: set[CourseChangeBodyReasonCodeType0] = {
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


def check_course_change_body_reason_code_type_0(value: str) -> CourseChangeBodyReasonCodeType0:
    if value in COURSE_CHANGE_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COURSE_CHANGE_BODY_REASON_CODE_TYPE_0_VALUES!r}")
