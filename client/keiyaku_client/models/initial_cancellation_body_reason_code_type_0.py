from typing import Literal

InitialCancellationBodyReasonCodeType0 = Literal[
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

INITIAL_CANCELLATION_BODY_REASON_CODE_TYPE_0_VALUES: set[InitialCancellationBodyReasonCodeType0] = {
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


def check_initial_cancellation_body_reason_code_type_0(value: str) -> InitialCancellationBodyReasonCodeType0:
    if value in INITIAL_CANCELLATION_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {INITIAL_CANCELLATION_BODY_REASON_CODE_TYPE_0_VALUES!r}"
    )
