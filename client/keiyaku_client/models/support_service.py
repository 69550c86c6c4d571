from typing import Literal

SupportService = Literal["OFFICE_SUPPORT", "REMOTE_SUPPORT"]

SUPPORT_SERVICE_VALUES: set[SupportService] = {
    "OFFICE_SUPPORT",
    "REMOTE_SUPPORT",
}


def check_support_service(value: str) -> SupportService:
    if value in SUPPORT_SERVICE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUPPORT_SERVICE_VALUES!r}")
