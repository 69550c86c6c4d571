from typing import Literal

ServiceStartBodyReasonCodeType0 = Literal[
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

SERVICE_START_BODY_REASON_CODE_TYPE_0_VALUES: set[ServiceStartBodyReasonCodeType0] = {
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


def check_service_start_body_reason_code_type_0(value: str) -> ServiceStartBodyReasonCodeType0:
    if value in SERVICE_START_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SERVICE_START_BODY_REASON_CODE_TYPE_0_VALUES!r}")
