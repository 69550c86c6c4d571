from typing import Literal

GetProgramProgressFormatType0 = Literal["csv", "json"]

GET_PROGRAM_PROGRESS_FORMAT_TYPE_0_VALUES: set[GetProgramProgressFormatType0] = {
    "csv",
    "json",
}


def check_get_program_progress_format_type_0(value: str) -> GetProgramProgressFormatType0:
    if value in GET_PROGRAM_PROGRESS_FORMAT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_PROGRAM_PROGRESS_FORMAT_TYPE_0_VALUES!r}")
