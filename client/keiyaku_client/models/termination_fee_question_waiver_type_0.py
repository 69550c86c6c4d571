from typing import Literal

TerminationFeeQuestionWaiverType0 = Literal["death", "line_name_change", "line_unusable"]

TERMINATION_FEE_QUESTION_WAIVER_TYPE_0_VALUES: set[TerminationFeeQuestionWaiverType0] = {
    "death",
    "line_name_change",
    "line_unusable",
}


def check_termination_fee_question_waiver_type_0(value: str) -> TerminationFeeQuestionWaiverType0:
    if value in TERMINATION_FEE_QUESTION_WAIVER_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TERMINATION_FEE_QUESTION_WAIVER_TYPE_0_VALUES!r}")
