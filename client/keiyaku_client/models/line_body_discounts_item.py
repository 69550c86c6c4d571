from typing import Literal

LineBodyDiscountsItem = Literal["ATTO", "SCHOOL", "ZUTTO"]

LINE_BODY_DISCOUNTS_ITEM_VALUES: set[LineBodyDiscountsItem] = {
    "ATTO",
    "SCHOOL",
    "ZUTTO",
}


def check_line_body_discounts_item(value: str) -> LineBodyDiscountsItem:
    if value in LINE_BODY_DISCOUNTS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_BODY_DISCOUNTS_ITEM_VALUES!r}")
