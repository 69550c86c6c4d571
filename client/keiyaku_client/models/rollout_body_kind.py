from typing import Literal

RolloutBodyKind = Literal["course_merge", "discontinue", "terms_change"]

ROLLOUT_BODY_KIND_VALUES: set[RolloutBodyKind] = {
    "course_merge",
    "discontinue",
    "terms_change",
}


def check_rollout_body_kind(value: str) -> RolloutBodyKind:
    if value in ROLLOUT_BODY_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ROLLOUT_BODY_KIND_VALUES!r}")
