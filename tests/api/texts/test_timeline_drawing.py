"""A life as a picture: well-formed, readable, the same for the same input."""

from __future__ import annotations

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from api.care.drawing import COLOURS, Lane, Mark, Span, Window, draw, window_of
from api.care.timeline import contract_picture, membership_picture
from api.wire.language import preferred
from models.messages.club.membership import MembershipState
from models.messages.contract.contract import ContractState
from models.messages.entity import Entry, Patch

TODAY = date(2019, 5, 1)
SVG = "{http://www.w3.org/2000/svg}"
LANES = [
    Lane("コース", (Span("ファミリー & <マンション>", date(2018, 6, 12), None, "course"),)),
    Lane("空", ()),
    Lane("出来事", tuple(Mark(f"出来事{n}", date(2018, 6, n), "past") for n in range(1, 9))),
]


def drawn(window: Window | None = None) -> ET.Element:
    """The picture, parsed: it has to be XML."""
    text = draw("title", "words", LANES, TODAY, window or window_of(LANES, TODAY), "ja")
    return ET.fromstring(text)  # noqa: S314  # our own text


def test_the_picture_is_well_formed_and_told_to_a_screen_reader() -> None:
    """Text is escaped, and every shape has a title of its own."""
    picture = drawn()
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "title"
    groups = picture.findall(f"{SVG}g")
    assert len(groups) == 9
    assert all(group.findtext(f"{SVG}title") for group in groups)


def test_nothing_of_the_picture_needs_an_inline_style() -> None:
    """A page whose policy allows no inline style can hold it."""
    assert not [each for each in drawn().iter() if each.get("style") or each.tag == f"{SVG}style"]


def test_labels_of_one_lane_never_lie_on_each_other() -> None:
    """Events of neighbouring days stand in rows of their own."""
    rows = [float(each.get("cy", 0)) for each in drawn().iter(f"{SVG}circle")]
    assert len(set(rows)) == len(rows)


def test_no_label_leaves_the_picture() -> None:
    """A short span at the right edge has its label on its left; so has a mark; one that fills its span stands in it."""
    late = date(2019, 4, 20)
    edge = Lane(
        "コース", (Span("マンション H", date(2016, 6, 1), late, "course"), Span("マンション", late, None, "course"))
    )
    marks = Lane("出来事", (Mark("コースが統合されました", late, "past"),))
    text = draw("title", "words", [edge, marks], TODAY, window_of([edge, marks], TODAY), "ja")
    for each in ET.fromstring(text).iter(f"{SVG}text"):  # noqa: S314  # our own text
        wide = sum(7 if ord(char) < 0x2E80 else 12 for char in each.text or "")
        begin = float(each.get("x", 0)) - (wide if each.get("text-anchor") == "end" else 0)
        assert 0 <= begin <= begin + wide <= 960, each.text


def test_an_event_is_shortened_only_where_a_word_is_left() -> None:
    """`契約が終了しました` needs no ending; of `容量を戻しました` only half a word would be left."""
    log = [entry(1, "import"), entry(2, "end"), entry(3, "storage_reverted")]
    text = membership_picture(MembershipState(member_id="M1"), log, [], TODAY, "ja")
    assert "増量特典の容量を戻しました<" in text
    assert "会員資格が終わりました<" in text
    assert "既存の会員を取り込みました<" in text


def entry(seq: int, event: str) -> Entry:
    """An entry of a log."""
    at = datetime(2019, 1, 1, tzinfo=UTC)
    return Entry(
        seq=seq, op=f"op-{seq}", event=event, from_state="active", to_state="active", received_at=at, at=at,
        effective_on=at.date(), state_from=at.date(), actor="timer", articles=[], edition=None, patch=Patch(),
        decision={},
    )  # fmt: skip


def test_a_lane_without_items_and_days_outside_the_window_are_left_out() -> None:
    """Zoomed to a later month, the past events are not drawn and the course is cut."""
    picture = drawn(Window(date(2019, 1, 1), date(2019, 12, 31)))
    assert list(picture.iter(f"{SVG}circle")) == []
    words = [each.text for each in picture.iter(f"{SVG}text")]
    assert "空" not in words
    assert "コース" in words


def test_the_same_life_gives_the_same_picture() -> None:
    """Nothing random, nothing of the moment of drawing."""
    state = ContractState(contract_id="K1", state="applied", applied_on=date(2018, 5, 20))
    assert contract_picture(state, [], TODAY, "ja") == contract_picture(state, [], TODAY, "ja")
    assert "本日 2019年5月1日" in contract_picture(state, [], TODAY, "ja")
    assert "today 1 May 2019" in contract_picture(state, [], TODAY, "en")


@pytest.mark.parametrize("kind", sorted(COLOURS))
def test_every_colour_is_readable_on_white(kind: str) -> None:
    """WCAG AA: at least 4.5 to 1, since labels have the colour of their shape."""
    parts = [int(COLOURS[kind][place : place + 2], 16) / 255 for place in (1, 3, 5)]  # type: ignore[index]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, "ja"), ("", "ja"), ("en", "en"), ("en-US,en;q=0.9", "en"), ("fr", "ja"), ("en;q=0.3, ja;q=0.8", "ja"),
     ("ja;q=x, en", "en")],
)  # fmt: skip
def test_the_language_is_the_first_of_ours_by_weight(header: str | None, language: str) -> None:
    """Japanese where nothing of ours is asked for."""
    assert preferred(header) == language
