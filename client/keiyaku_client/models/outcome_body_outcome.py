from typing import Literal

OutcomeBodyOutcome = Literal["refused", "taken"]

OUTCOME_BODY_OUTCOME_VALUES: set[OutcomeBodyOutcome] = {
    "refused",
    "taken",
}


def check_outcome_body_outcome(value: str) -> OutcomeBodyOutcome:
    if value in OUTCOME_BODY_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OUTCOME_BODY_OUTCOME_VALUES!r}")
