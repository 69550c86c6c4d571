from typing import Literal

RegistrationQuestionCustomer = Literal["CORPORATE", "INDIVIDUAL"]

REGISTRATION_QUESTION_CUSTOMER_VALUES: set[RegistrationQuestionCustomer] = {
    "CORPORATE",
    "INDIVIDUAL",
}


def check_registration_question_customer(value: str) -> RegistrationQuestionCustomer:
    if value in REGISTRATION_QUESTION_CUSTOMER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REGISTRATION_QUESTION_CUSTOMER_VALUES!r}")
