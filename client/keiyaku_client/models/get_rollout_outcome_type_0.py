from typing import Literal

GetRolloutOutcomeType0 = Literal["done", "failed", "planned", "skipped"]

GET_ROLLOUT_OUTCOME_TYPE_0_VALUES: set[GetRolloutOutcomeType0] = {
    "done",
    "failed",
    "planned",
    "skipped",
}


def check_get_rollout_outcome_type_0(value: str) -> GetRolloutOutcomeType0:
    if value in GET_ROLLOUT_OUTCOME_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_ROLLOUT_OUTCOME_TYPE_0_VALUES!r}")
