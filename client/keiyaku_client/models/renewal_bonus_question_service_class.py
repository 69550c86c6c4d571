from typing import Literal

RenewalBonusQuestionServiceClass = Literal["FAMILY", "MANSION"]

RENEWAL_BONUS_QUESTION_SERVICE_CLASS_VALUES: set[RenewalBonusQuestionServiceClass] = {
    "FAMILY",
    "MANSION",
}


def check_renewal_bonus_question_service_class(value: str) -> RenewalBonusQuestionServiceClass:
    if value in RENEWAL_BONUS_QUESTION_SERVICE_CLASS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RENEWAL_BONUS_QUESTION_SERVICE_CLASS_VALUES!r}")
