from typing import Literal

FeeDecisionBodyReasonCode = Literal[
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

FEE_DECISION_BODY_REASON_CODE_VALUES: set[FeeDecisionBodyReasonCode] = {
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


def check_fee_decision_body_reason_code(value: str) -> FeeDecisionBodyReasonCode:
    if value in FEE_DECISION_BODY_REASON_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FEE_DECISION_BODY_REASON_CODE_VALUES!r}")
