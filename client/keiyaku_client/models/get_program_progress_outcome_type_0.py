from typing import Literal

GetProgramProgressOutcomeType0 = Literal["failed", "planned", "skipped", "told"]

GET_PROGRAM_PROGRESS_OUTCOME_TYPE_0_VALUES: set[GetProgramProgressOutcomeType0] = {
    "failed",
    "planned",
    "skipped",
    "told",
}


def check_get_program_progress_outcome_type_0(value: str) -> GetProgramProgressOutcomeType0:
    if value in GET_PROGRAM_PROGRESS_OUTCOME_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_PROGRAM_PROGRESS_OUTCOME_TYPE_0_VALUES!r}")
