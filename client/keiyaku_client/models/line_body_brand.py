from typing import Literal

LineBodyBrand = Literal["B", "LIGHT", "NEXT", "PREMIUM"]

LINE_BODY_BRAND_VALUES: set[LineBodyBrand] = {
    "B",
    "LIGHT",
    "NEXT",
    "PREMIUM",
}


def check_line_body_brand(value: str) -> LineBodyBrand:
    if value in LINE_BODY_BRAND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_BODY_BRAND_VALUES!r}")
