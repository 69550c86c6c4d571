from typing import Literal

ResumeBodyReasonCodeType0 = Literal[
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

RESUME_BODY_REASON_CODE_TYPE_0_VALUES: set[ResumeBodyReasonCodeType0] = {
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


def check_resume_body_reason_code_type_0(value: str) -> ResumeBodyReasonCodeType0:
    if value in RESUME_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESUME_BODY_REASON_CODE_TYPE_0_VALUES!r}")
