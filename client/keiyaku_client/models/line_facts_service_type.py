from typing import Literal

LineFactsServiceType = Literal["BUSINESS", "FAMILY", "MANSION"]

LINE_FACTS_SERVICE_TYPE_VALUES: set[LineFactsServiceType] = {
    "BUSINESS",
    "FAMILY",
    "MANSION",
}


def check_line_facts_service_type(value: str) -> LineFactsServiceType:
    if value in LINE_FACTS_SERVICE_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_FACTS_SERVICE_TYPE_VALUES!r}")
