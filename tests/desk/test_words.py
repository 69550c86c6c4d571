"""What the desk says of values and of what lies ahead."""

from __future__ import annotations

import pytest

from decisions.registry import DOMAINS
from desk.words import ahead, course_name, days, named
from models.messages.club.membership import PROGRAMME_END
from rules.explain.articles import Language, futures


@pytest.mark.parametrize(
    ("label", "language", "words"),
    [
        ("コース変更 OTHER 2020-05-01", "ja", "コース変更 その他の WAKWAK コース 2020年5月1日"),
        ("コース変更 W2_FAMILY 2020-05-01", "ja", "コース変更 with フレッツ II ファミリー 2020年5月1日"),
        ("NTT の返答待ち UNKNOWN_CODE", "ja", "NTT の返答待ち UNKNOWN_CODE"),
        ("月末解約 2020-05-31", "ja", "月末解約 2020年5月31日"),
        ("にねん割更新ポイントの判定(2019-05満了)", "ja", "にねん割更新ポイントの判定(2019年5月満了)"),
        ("請求書の発行 2019-05", "ja", "請求書の発行 2019年5月"),
        ("月末解約 2020-05-31", "en", "The contract ends"),
    ],
)
def test_what_lies_ahead_is_told_with_courses_by_their_names(label: str, language: Language, words: str) -> None:
    """A code no edition names stays as it is; in English the event is told, for timers are named in Japanese."""
    assert ahead({"event": "end", "label": label}, "contract", language) == words


def test_a_day_that_stands_before_what_lies_ahead_is_not_said_twice() -> None:
    """Another day than that, such as the last one of what a run is about, stays."""
    item = {"event": "end", "label": "月末解約 2020-05-31"}
    assert ahead({**item, "on": "2020-05-31"}, "contract", "ja") == "月末解約"
    assert ahead({**item, "on": "2020-06-01"}, "contract", "ja") == "月末解約 2020年5月31日"


@pytest.mark.parametrize("kind", DOMAINS)
def test_whatever_can_lie_ahead_is_told_as_still_to_come(kind: str) -> None:
    """Each timer of each kind has its words for the future, in both languages, and no page tells it in the past."""
    known = futures()
    assert [each for each in DOMAINS[kind].due if f"{kind}.{each}" not in known and each not in known] == []
    assert PROGRAMME_END in known
    assert all(set(said) == {"ja", "en"} and all(said.values()) for said in known.values())
    assert [said["ja"] for said in known.values() if said["ja"].endswith("ました")] == []


def test_a_course_that_is_described_is_described_in_the_readers_language() -> None:
    """A proper name stays what it is; `その他の WAKWAK コース` is none."""
    assert (course_name("OTHER"), course_name("OTHER", "en")) == ("その他の WAKWAK コース", "another WAKWAK course")
    assert course_name("COLLABO", "en") == course_name("COLLABO")


def test_a_day_in_an_english_sentence_is_written_as_everywhere() -> None:
    """In a refusal and in an article; what is no day stays as it is."""
    assert named("OTHER does not exist on 2019-08-01.").endswith("does not exist on 1 August 2019.")
    assert days("5% to 2014-03-31, K1-2019-05, 2019-13-41") == "5% to 31 March 2014, K1-2019-05, 2019-13-41"
