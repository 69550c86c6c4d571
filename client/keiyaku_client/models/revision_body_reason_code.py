from typing import Literal

RevisionBodyReasonCode = Literal[
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

REVISION_BODY_REASON_CODE_VALUES: set[RevisionBodyReasonCode] = {
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


def check_revision_body_reason_code(value: str) -> RevisionBodyReasonCode:
    if value in REVISION_BODY_REASON_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REVISION_BODY_REASON_CODE_VALUES!r}")
