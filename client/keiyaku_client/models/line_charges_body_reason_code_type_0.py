from typing import Literal

LineChargesBodyReasonCodeType0 = Literal[
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

LINE_CHARGES_BODY_REASON_CODE_TYPE_0_VALUES: set[LineChargesBodyReasonCodeType0] = {
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


def check_line_charges_body_reason_code_type_0(value: str) -> LineChargesBodyReasonCodeType0:
    if value in LINE_CHARGES_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_CHARGES_BODY_REASON_CODE_TYPE_0_VALUES!r}")
