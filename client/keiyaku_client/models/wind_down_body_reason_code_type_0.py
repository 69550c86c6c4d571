from typing import Literal

WindDownBodyReasonCodeType0 = Literal[
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

WIND_DOWN_BODY_REASON_CODE_TYPE_0_VALUES: set[WindDownBodyReasonCodeType0] = {
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


def check_wind_down_body_reason_code_type_0(value: str) -> WindDownBodyReasonCodeType0:
    if value in WIND_DOWN_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WIND_DOWN_BODY_REASON_CODE_TYPE_0_VALUES!r}")
