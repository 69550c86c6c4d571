from typing import Literal

WaiverRequestBodyReasonCodeType0 = Literal[
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

WAIVER_REQUEST_BODY_REASON_CODE_TYPE_0_VALUES: set[WaiverRequestBodyReasonCodeType0] = {
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


def check_waiver_request_body_reason_code_type_0(value: str) -> WaiverRequestBodyReasonCodeType0:
    if value in WAIVER_REQUEST_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAIVER_REQUEST_BODY_REASON_CODE_TYPE_0_VALUES!r}")
