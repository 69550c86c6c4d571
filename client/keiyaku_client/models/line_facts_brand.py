from typing import Literal

LineFactsBrand = Literal["B", "LIGHT", "NEXT", "PREMIUM"]

LINE_FACTS_BRAND_VALUES: set[LineFactsBrand] = {
    "B",
    "LIGHT",
    "NEXT",
    "PREMIUM",
}


def check_line_facts_brand(value: str) -> LineFactsBrand:
    if value in LINE_FACTS_BRAND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_FACTS_BRAND_VALUES!r}")
