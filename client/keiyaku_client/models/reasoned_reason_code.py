from typing import Literal

ReasonedReasonCode = Literal[
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

REASONED_REASON_CODE_VALUES: set[ReasonedReasonCode] = {
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


def check_reasoned_reason_code(value: str) -> ReasonedReasonCode:
    if value in REASONED_REASON_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REASONED_REASON_CODE_VALUES!r}")
