from typing import Literal

LineNoticeKind = Literal[
    "brand_changed",
    "conversion",
    "discounts_changed",
    "end_notified",
    "excluded",
    "line_statement",
    "moved_operator",
    "name_changed",
    "ninen_wari_cancelled",
    "ninen_wari_started",
    "service_type_changed",
    "tax_status_changed",
    "terminated",
    "unusable",
]

LINE_NOTICE_KIND_VALUES: set[LineNoticeKind] = {
    "brand_changed",
    "conversion",
    "discounts_changed",
    "end_notified",
    "excluded",
    "line_statement",
    "moved_operator",
    "name_changed",
    "ninen_wari_cancelled",
    "ninen_wari_started",
    "service_type_changed",
    "tax_status_changed",
    "terminated",
    "unusable",
}


def check_line_notice_kind(value: str) -> LineNoticeKind:
    if value in LINE_NOTICE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINE_NOTICE_KIND_VALUES!r}")
