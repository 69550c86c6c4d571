from typing import Literal

WaiverBodyReasonCode = Literal[
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

WAIVER_BODY_REASON_CODE_VALUES: set[WaiverBodyReasonCode] = {
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


def check_waiver_body_reason_code(value: str) -> WaiverBodyReasonCode:
    if value in WAIVER_BODY_REASON_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAIVER_BODY_REASON_CODE_VALUES!r}")
