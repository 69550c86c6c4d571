from typing import Literal

LineFactsDiscountsItem = Literal["ATTO", "SCHOOL", "ZUTTO"]

LINE_FACTS_DISCOUNTS_ITEM_VALUES: set[LineFactsDiscountsItem] = {
    "ATTO",
    "SCHOOL",
    "ZUTTO",
}


def check_line_facts_discounts_item(value: str) -> LineFactsDiscountsItem:
    if value in LINE_FACTS_DISCOUNTS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_FACTS_DISCOUNTS_ITEM_VALUES!r}")
