from typing import Literal

CredentialsBodyReasonCodeType0 = Literal[
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

CREDENTIALS_BODY_REASON_CODE_TYPE_0_VALUES: set[CredentialsBodyReasonCodeType0] = {
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


def check_credentials_body_reason_code_type_0(value: str) -> CredentialsBodyReasonCodeType0:
    if value in CREDENTIALS_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CREDENTIALS_BODY_REASON_CODE_TYPE_0_VALUES!r}")
