from typing import Literal

FilingCorrectionReasonCodeType0 = Literal[
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

FILING_CORRECTION_REASON_CODE_TYPE_0_VALUES: set[FilingCorrectionReasonCodeType0] = {
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


def check_filing_correction_reason_code_type_0(value: str) -> FilingCorrectionReasonCodeType0:
    if value in FILING_CORRECTION_REASON_CODE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FILING_CORRECTION_REASON_CODE_TYPE_0_VALUES!r}")
