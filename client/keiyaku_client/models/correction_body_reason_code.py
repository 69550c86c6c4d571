from typing import Literal

CorrectionBodyReasonCode = Literal[
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

CORRECTION_BODY_REASON_CODE_VALUES: set[CorrectionBodyReasonCode] = {
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


def check_correction_body_reason_code(value: str) -> CorrectionBodyReasonCode:
    if value in CORRECTION_BODY_REASON_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CORRECTION_BODY_REASON_CODE_VALUES!r}")
