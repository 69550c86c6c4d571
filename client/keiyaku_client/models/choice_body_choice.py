from typing import Literal

ChoiceBodyChoice = Literal["cancel", "continue", "course_change"]

CHOICE_BODY_CHOICE_VALUES: set[ChoiceBodyChoice] = {
    "cancel",
    "continue",
    "course_change",
}


def check_choice_body_choice(value: str) -> ChoiceBodyChoice:
    if value in CHOICE_BODY_CHOICE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHOICE_BODY_CHOICE_VALUES!r}")
