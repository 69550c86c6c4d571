from typing import Literal

MailConsentsBodyReasonCodeType0 = Literal[
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

MAIL_CONSENTS_BODY_REASON_CODE_TYPE_0_VALUES: set[MailConsentsBodyReasonCodeType0] = {
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


def check_mail_consents_body_reason_code_type_0(value: str) -> MailConsentsBodyReasonCodeType0:
    if value in MAIL_CONSENTS_BODY_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MAIL_CONSENTS_BODY_REASON_CODE_TYPE_0_VALUES!r}")
