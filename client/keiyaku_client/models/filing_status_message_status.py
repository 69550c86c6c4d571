from typing import Literal

FilingStatusMessageStatus = Literal[
    "accepted",
    "cancelled",
    "date_adjusting",
    "defect",
    "negotiating",
    "not_available",
    "opened",
    "type_changed",
    "waiting_facility",
    "waiting_work",
]

FILING_STATUS_MESSAGE_STATUS_VALUES: set[FilingStatusMessageStatus] = {
    "accepted",
    "cancelled",
    "date_adjusting",
    "defect",
    "negotiating",
    "not_available",
    "opened",
    "type_changed",
    "waiting_facility",
    "waiting_work",
}


def check_filing_status_message_status(value: str) -> FilingStatusMessageStatus:
    if value in FILING_STATUS_MESSAGE_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FILING_STATUS_MESSAGE_STATUS_VALUES!r}")
