from typing import Literal

GetRolloutsStateType0 = Literal["announced", "finished", "paused", "running"]

GET_ROLLOUTS_STATE_TYPE_0_VALUES: set[GetRolloutsStateType0] = {
    "announced",
    "finished",
    "paused",
    "running",
}


def check_get_rollouts_state_type_0(value: str) -> GetRolloutsStateType0:
    if value in GET_ROLLOUTS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_ROLLOUTS_STATE_TYPE_0_VALUES!r}")
