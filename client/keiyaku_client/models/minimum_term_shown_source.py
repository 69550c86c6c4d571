from typing import Literal

MinimumTermShownSource = Literal["application", "benefit", "carried_from_collabo", "course_change"]

MINIMUM_TERM_SHOWN_SOURCE_VALUES: set[MinimumTermShownSource] = {
    "application",
    "benefit",
    "carried_from_collabo",
    "course_change",
}


def check_minimum_term_shown_source(value: str) -> MinimumTermShownSource:
    if value in MINIMUM_TERM_SHOWN_SOURCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MINIMUM_TERM_SHOWN_SOURCE_VALUES!r}")
