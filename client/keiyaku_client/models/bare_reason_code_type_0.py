from typing import Literal

BareReasonCodeType0 = Literal[
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

BARE_REASON_CODE_TYPE_0_VALUES: set[BareReasonCodeType0] = {
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


def check_bare_reason_code_type_0(value: str) -> BareReasonCodeType0:
    if value in BARE_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BARE_REASON_CODE_TYPE_0_VALUES!r}")
