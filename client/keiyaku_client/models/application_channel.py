from typing import Literal

ApplicationChannel = Literal["online", "paper"]

APPLICATION_CHANNEL_VALUES: set[ApplicationChannel] = {
    "online",
    "paper",
}


def check_application_channel(value: str) -> ApplicationChannel:
    if value in APPLICATION_CHANNEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPLICATION_CHANNEL_VALUES!r}")
