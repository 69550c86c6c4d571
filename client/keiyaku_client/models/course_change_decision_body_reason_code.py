from typing import Literal

CourseChangeDecisionBodyReasonCode = Literal[
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

COURSE_CHANGE_DECISION_BODY_REASON_CODE_VALUES: set[CourseChangeDecisionBodyReasonCode] = {
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


def check_course_change_decision_body_reason_code(value: str) -> CourseChangeDecisionBodyReasonCode:
    if value in COURSE_CHANGE_DECISION_BODY_REASON_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COURSE_CHANGE_DECISION_BODY_REASON_CODE_VALUES!r}")
