"""What each pure decision answers to the example of its own body, in Japanese; a test asks and compares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DECIDED: Mapping[str, dict[str, Any]] = {
    "cancellation-date": {
        "outcome": "accepted",
        "effective_on": "2019-05-31",
        "articles": ["W-10.3"],
        "edition": "2018-06-01",
        "detail": (
            "2019年4月26日 書面が到着 → 25日を過ぎている → 第10条第3項 → "
            "翌月(2019年5月)の末日 → 2019年5月31日をもって解約。"
        ),
    },
    "eligibility": {
        "outcome": "ineligible",
        "effective_on": None,
        "articles": ["W-19.2e"],
        "edition": "2017-06-01",
        "detail": "この回線では第2章のサービスを利用できません: NTT東日本で一括請求の回線です。",
        "reasons": ["EAST_GROUP_LUMP"],
    },
    "course": {
        "outcome": "merged",
        "effective_on": "2017-06-01",
        "articles": ["W-C1.1", "W-01.1"],
        "edition": "2017-06-01",
        "detail": ("2017年6月1日のコースは WAKWAK 光 with フレッツ II ファミリー です。申込みを受け付けています。"),
        "course": "W2_FAMILY",
        "open_for_sale": True,
    },
    "initial-cancellation": {
        "outcome": "in_time",
        "effective_on": "2018-05-17",
        "articles": ["W-12.4", "W-10.7"],
        "edition": "2017-06-01",
        "detail": (
            "書面の受領 2018年5月10日を1日目として、2018年5月17日までの"
            "発信が有効です。2018年5月17日の発信は期間内です。"
        ),
        "last_day": "2018-05-17",
    },
    "minimum-term": {
        "outcome": "set",
        "effective_on": "2018-06-01",
        "articles": ["W-12.1"],
        "edition": "2017-06-01",
        "detail": (
            "2018年5月31日申込み → 第12条第1項 → 開始日2018年6月12日を含む"
            "月の初日 2018年6月1日から24か月 → 2020年5月31日まで。"
        ),
        "minimum_term": {
            "start_on": "2018-06-01",
            "end_on": "2020-05-31",
            "source": "application",
        },
    },
    "termination-fee": {
        "outcome": "due",
        "effective_on": "2020-03-31",
        "articles": ["W-12.3c", "W-99.4", "X-07"],
        "edition": "2018-06-01",
        "detail": (
            "終了日 2020年3月31日は期間の末日 2020年4月30日より前 → 第12条第3項(c) → 解約事務手数料 4,5"
            "00円(税抜) → 2020年3月31日の税率10%: 4,500×10%=450円 → 合計 4,950円。"
        ),
        "fee": {
            "amount": 4500,
            "tax": 450,
            "total": 4950,
        },
        "carried": None,
        "due_on": "2020-04-30",
    },
    "registration": {
        "outcome": "accepted",
        "effective_on": "2023-09-30",
        "articles": ["M-06.1", "M-01.1"],
        "edition": "2023-07-01",
        "detail": "2023年9月30日のお申込みで会員登録できます。",
        "reason": None,
        "reasons": [],
        "event": "registered",
    },
    "monthly-points": {
        "outcome": "granted",
        "effective_on": None,
        "articles": ["M-02.2", "M-02.3", "M-02.1"],
        "edition": "2023-07-01",
        "detail": "2023年11月のご利用分は 300ポイント、2023年12月に付与します。",
        "points": 300,
        "booking_month": "2023-12",
        "reason": None,
    },
    "renewal-bonus": {
        "outcome": "due",
        "effective_on": None,
        "articles": ["M-03.2", "M-03.4", "M-03.3", "M-03.1"],
        "edition": "2023-07-01",
        "detail": (
            "2023年9月満了の更新ポイントは 1,000ポイント、更新月は 2023年9月1日から 2023年11月30日まで、2"
            "023年12月31日までに付与します。"
        ),
        "points": 1000,
        "window": {
            "from": "2023-09-01",
            "to": "2023-11-30",
        },
        "book_by": "2023-12-31",
        "reasons": [],
    },
    "points-expiry": {
        "outcome": "valid",
        "effective_on": "2025-03-31",
        "articles": ["M-04.4", "M-04.1"],
        "edition": "2023-07-01",
        "detail": (
            "2023年4月1日付与 → 2023年度 → 終了のお知らせ(3年後の3月31日) → 2026年3月31日まで → 終了"
            "に伴い 2025年3月31日に変更。利用できます。"
        ),
        "expires_on": "2025-03-31",
        "original_expires_on": "2026-03-31",
        "redated": True,
    },
    "spend": {
        "outcome": "spent",
        "effective_on": "2024-03-31",
        "articles": ["M-04.6"],
        "edition": "2023-07-01",
        "detail": ("1,500ポイントを有効期限の近い順に使います(a から 1,200、b から 300)。残りは 600ポイントです。"),
        "uses": [
            {
                "id": "a",
                "points": 1200,
            },
            {
                "id": "b",
                "points": 300,
            },
        ],
        "balance_after": 600,
    },
    "storage-reversion": {
        "outcome": "reverts",
        "effective_on": "2025-04-30",
        "articles": ["M-07.4", "M-07.3", "M-07.6", "M-07.5"],
        "edition": "2023-07-01",
        "detail": (
            "2025年3月31日に増量特典が終わります。2025年4月30日に増量前の容量"
            "に戻します。容量を超える 1件のファイルを削除します。"
        ),
        "perk_off_on": "2025-03-31",
        "reverts_on": "2025-04-30",
        "advise_by": "2025-03-31",
        "deletes": ["old"],
    },
}
"""By the name in the address."""
