from typing import Literal

RegistrationQuestionOperator = Literal["EAST", "WEST"]

REGISTRATION_QUESTION_OPERATOR_VALUES: set[RegistrationQuestionOperator] = {
    "EAST",
    "WEST",
}


def check_registration_question_operator(value: str) -> RegistrationQuestionOperator:
    if value in REGISTRATION_QUESTION_OPERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REGISTRATION_QUESTION_OPERATOR_VALUES!r}")
