from typing import Literal

RelocationBodyReasonCodeType0 = Literal[
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

RELOCATION_BODY_REASON_CODE_TYPE_0_VALUES: set[RelocationBodyReasonCodeType0] = {
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


def check_relocation_body_reason_code_type_0(value: str) -> RelocationBodyReasonCodeType0:
    if value in RELOCATION_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RELOCATION_BODY_REASON_CODE_TYPE_0_VALUES!r}")
