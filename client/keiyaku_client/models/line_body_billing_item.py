from typing import Literal

LineBodyBillingItem = Literal["AT_BILLING", "GROUP_LUMP", "MY_BILLING"]

LINE_BODY_BILLING_ITEM_VALUES: set[LineBodyBillingItem] = {
    "AT_BILLING",
    "GROUP_LUMP",
    "MY_BILLING",
}


def check_line_body_billing_item(value: str) -> LineBodyBillingItem:
    if value in LINE_BODY_BILLING_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_BODY_BILLING_ITEM_VALUES!r}")
