from typing import Literal

TerminationFeeQuestionCause = Literal["cancellation", "course_change", "termination"]

TERMINATION_FEE_QUESTION_CAUSE_VALUES: set[TerminationFeeQuestionCause] = {
    "cancellation",
    "course_change",
    "termination",
}


def check_termination_fee_question_cause(value: str) -> TerminationFeeQuestionCause:
    if value in TERMINATION_FEE_QUESTION_CAUSE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TERMINATION_FEE_QUESTION_CAUSE_VALUES!r}")
