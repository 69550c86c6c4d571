from typing import Literal

LineFactsBillingItem = Literal["AT_BILLING", "GROUP_LUMP", "MY_BILLING"]

LINE_FACTS_BILLING_ITEM_VALUES: set[LineFactsBillingItem] = {
    "AT_BILLING",
    "GROUP_LUMP",
    "MY_BILLING",
}


def check_line_facts_billing_item(value: str) -> LineFactsBillingItem:
    if value in LINE_FACTS_BILLING_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_FACTS_BILLING_ITEM_VALUES!r}")
