from typing import Literal

IdentityBodyReasonCodeType0 = Literal[
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

IDENTITY_BODY_REASON_CODE_TYPE_0_VALUES: set[IdentityBodyReasonCodeType0] = {
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


def check_identity_body_reason_code_type_0(value: str) -> IdentityBodyReasonCodeType0:
    if value in IDENTITY_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IDENTITY_BODY_REASON_CODE_TYPE_0_VALUES!r}")
