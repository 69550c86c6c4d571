"""What the desk says of values and of what lies ahead."""

from __future__ import annotations

import pytest

from desk.words import ahead
from rules.explain.articles import Language


@pytest.mark.parametrize(
    ("label", "language", "words"),
    [
        ("コース変更 OTHER 2020-05-01", "ja", "コース変更 その他の WAKWAK コース 2020-05-01"),
        ("コース変更 W2_FAMILY 2020-05-01", "ja", "コース変更 with フレッツ II ファミリー 2020-05-01"),
        ("NTT の返答待ち UNKNOWN_CODE", "ja", "NTT の返答待ち UNKNOWN_CODE"),
        ("月末解約 2020-05-31", "ja", "月末解約 2020-05-31"),
        ("月末解約 2020-05-31", "en", "The contract ended"),
    ],
)
def test_what_lies_ahead_is_told_with_courses_by_their_names(label: str, language: Language, words: str) -> None:
    """A code no edition names stays as it is; in English the event is told, for timers are named in Japanese."""
    assert ahead({"event": "end", "label": label}, "contract", language) == words
