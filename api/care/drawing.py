"""A timeline as SVG: lanes of spans and marks on one axis of days. Pure: the same picture for the same input.

Presentation attributes only, no style sheet: the picture may stand in a page whose policy allows no inline style. Every
shape has a title, so that a screen reader and a pointer both hear what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from rules.calendar import Month
from rules.explain.articles import Language
from rules.explain.wording import day

Kind = Literal[
    "course", "term", "watch", "choice", "past", "ahead", "due", "paid", "waived", "planned", "storage", "lot"
]

COLOURS: dict[Kind, str] = {
    "course": "#1f5fa8",
    "term": "#7a4b00",
    "watch": "#8a2c6b",
    "choice": "#8a2c6b",
    "past": "#4a4f57",
    "ahead": "#0b6e4f",
    "due": "#a61b1b",
    "paid": "#0b6e4f",
    "waived": "#4a4f57",
    "planned": "#7a4b00",
    "storage": "#1f5fa8",
    "lot": "#0b6e4f",
}
"""All at least 4.5:1 on white, so that a label may have the colour of its shape (WCAG AA)."""

_WIDTH, _LEFT, _RIGHT, _TOP = 960, 128, 16, 56
_ROW, _GAP = 24, 10
_CHAR_WIDE, _CHAR_NARROW = 12, 7
_FONT = "'Noto Sans CJK JP','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif"
_SPAN_MIN = 3
_HALO = ' paint-order="stroke" stroke="#ffffff" stroke-width="4"'
"""Around a label that stands on no shape: lines of days end at it."""
_TICKS_MAX = 12
_TICK_WIDE = 46
LABEL_CHARS_MAX = 40


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both inclusive; an open end goes on to the right edge."""

    label: str
    start: date
    end: date | None
    kind: Kind


@dataclass(frozen=True)
class Mark:
    """Something on one day; `filled` has happened, otherwise it lies ahead."""

    label: str
    on: date
    kind: Kind
    filled: bool = True


@dataclass(frozen=True)
class Lane:
    """One line of the picture."""

    name: str
    items: tuple[Span | Mark, ...]


@dataclass(frozen=True)
class Window:
    """The days shown, both inclusive."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many, at least one."""
        return max((self.end - self.start).days, 1)


def window_of(lanes: Sequence[Lane], today: date) -> Window:
    """Every day of every lane and today, with a margin of a month."""
    days = [today]
    for lane in lanes:
        for item in lane.items:
            days += [item.on] if isinstance(item, Mark) else [item.start, item.end or item.start]
    return Window(min(days) - timedelta(days=20), max(days) + timedelta(days=45))


def draw(title: str, description: str, lanes: Sequence[Lane], today: date, window: Window, language: Language) -> str:
    """The whole picture.

    Args:
        title: what it shows, read first by a screen reader; no personal data.
        description: the same in a sentence.
        lanes: from top to bottom; one without items is left out.
        today: drawn as a line.
        window: the days shown; what lies outside is left out, what reaches in is cut.
        language: of its words and days.
    """
    drawing = _Drawing(window, language)
    shown = [lane for lane in lanes if lane.items]
    for lane in shown:
        drawing.lane(lane)
    height = drawing.y + 12
    # The line of today behind everything: no label is crossed by it.
    body = [*_today(today, window, drawing, height), *_axis(window, drawing, height), *drawing.parts]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        f' role="img" aria-label={quoteattr(title)} font-family="{_FONT}" font-size="12">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f'<rect x="0" y="0" width="{_WIDTH}" height="{height}" fill="#ffffff"/>{"".join(body)}</svg>'
    )


class _Drawing:
    def __init__(self, window: Window, language: Language) -> None:
        self._window = window
        self.language = language
        self.y = _TOP
        self.parts: list[str] = []

    def x(self, on: date) -> float:
        """Where a day begins, kept inside the picture."""
        part = (on - self._window.start).days / self._window.days
        return round(_LEFT + min(max(part, 0.0), 1.0) * (_WIDTH - _LEFT - _RIGHT), 1)

    def lane(self, lane: Lane) -> None:
        """Its name and its shapes, in as many rows as labels need to stay apart."""
        free: list[float] = []
        top = self.y
        items = sorted(lane.items, key=lambda item: item.on if isinstance(item, Mark) else item.start)
        for item in items:
            if not self._visible(item):
                continue
            begin, end = self._extent(item)
            row = next((number for number, until in enumerate(free) if until <= begin), len(free))
            if row == len(free):
                free.append(0.0)
            free[row] = end + 8
            self._shape(item, top + row * _ROW)
        self.parts.append(
            f'<text x="8" y="{top + 16}" fill="#1b1f24" font-weight="bold">{escape(lane.name)}</text>'
            f'<line x1="8" y1="{top - 5}" x2="{_WIDTH - 8}" y2="{top - 5}" stroke="#d5d9de"/>'
        )
        self.y = top + max(len(free), 1) * _ROW + _GAP

    def _visible(self, item: Span | Mark) -> bool:
        window = self._window
        if isinstance(item, Mark):
            return window.start <= item.on <= window.end
        return item.start <= window.end and (item.end is None or item.end >= window.start)

    def _extent(self, item: Span | Mark) -> tuple[float, float]:
        wide = _text_width(item.label)
        if isinstance(item, Mark):
            x = self.x(item.on)
            # A label that would leave the picture stands on the left of its mark.
            return (x - wide - 16, x + 8) if x + wide + 16 > _WIDTH - _RIGHT else (x - 8, x + wide + 14)
        begin, end = self.x(item.start), self._end(item)
        if self._beside(item) == "left":
            return begin - wide - 8, end
        return begin, max(end, begin + wide + 10)

    def _beside(self, item: Span) -> Literal["inside", "right", "left"]:
        """Where the label of a span stands: in it, else after it, else before it, so that nothing of it is cut off."""
        begin, end, wide = self.x(item.start), self._end(item), _text_width(item.label)
        if wide + 8 <= max(end - begin, _SPAN_MIN):
            return "inside"
        return "right" if end + 5 + wide <= _WIDTH - _RIGHT or begin - 5 - wide < _LEFT else "left"

    def _end(self, item: Span) -> float:
        return self.x(item.end + timedelta(days=1)) if item.end is not None else float(_WIDTH - _RIGHT)

    def _shape(self, item: Span | Mark, y: int) -> None:
        colour, label = COLOURS[item.kind], escape(_cut(item.label))
        if isinstance(item, Mark):
            x = self.x(item.on)
            left = x + _text_width(item.label) + 16 > _WIDTH - _RIGHT
            fill = colour if item.filled else "#ffffff"
            place = f'x="{round(x - 10, 1)}" text-anchor="end"' if left else f'x="{round(x + 10, 1)}"'
            self.parts.append(
                f"<g><title>{escape(f'{day(item.on, self.language)} {item.label}')}</title>"
                f'<circle cx="{x}" cy="{y + 11}" r="5.5" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
                f'<text {place} y="{y + 15}" fill="{colour}"{_HALO}>{label}</text></g>'
            )
            return
        begin, end = self.x(item.start), self._end(item)
        wide = max(end - begin, _SPAN_MIN)
        beside = self._beside(item)
        inside = beside == "inside"
        place = {
            "inside": f'x="{round(begin + 5, 1)}"',
            "right": f'x="{round(end + 5, 1)}"',
            "left": f'x="{round(begin - 5, 1)}" text-anchor="end"',
        }[beside]
        until = day(item.end, self.language) if item.end is not None else ""
        told = f"{item.label} {day(item.start, self.language)} – {until}"
        self.parts.append(
            f"<g><title>{escape(told)}</title>"
            f'<rect x="{begin}" y="{y + 3}" width="{round(wide, 1)}" height="17" rx="3" fill="{colour}"'
            f' fill-opacity="{1 if inside else 0.85}"/>'
            f'<text {place} y="{y + 16}"'
            f' fill="{"#ffffff" if inside else colour}"{"" if inside else _HALO}>{label}</text></g>'
        )


def _axis(window: Window, drawing: _Drawing, height: int) -> list[str]:
    """Months, quarters or years, whichever stay apart."""
    months = Month.of(window.start).months_until(Month.of(window.end)) + 1
    step = next(each for each in (1, 3, 6, 12, 24, 60, 120, 600) if months / each <= _TICKS_MAX)
    lines = []
    first = Month.of(window.start).plus(1)
    for offset in range(months):
        each = first.plus(offset)
        on = each.first_day
        x = drawing.x(on)
        if (on.year * 12 + on.month - 1) % step or on > window.end or x > _WIDTH - _RIGHT - _TICK_WIDE:
            continue
        text = f"{on.year}" if step >= 12 else f"{on.year}/{on.month}"
        lines.append(
            f'<line x1="{x}" y1="34" x2="{x}" y2="{height - 6}" stroke="#e3e6ea"/>'
            f'<text x="{x + 3}" y="44" fill="#4a4f57" font-size="11"{_HALO}>{text}</text>'
        )
    return lines


def _today(today: date, window: Window, drawing: _Drawing, height: int) -> list[str]:
    if not window.start <= today <= window.end:
        return []
    x = drawing.x(today)
    text = f"{'本日' if drawing.language == 'ja' else 'today'} {day(today, drawing.language)}"
    anchor = "end" if x > _WIDTH - 150 else "start"
    return [
        f'<line x1="{x}" y1="24" x2="{x}" y2="{height - 6}" stroke="#a61b1b" stroke-dasharray="4 3"/>',
        f'<text x="{x}" y="18" fill="#a61b1b" text-anchor="{anchor}">{escape(text)}</text>',
    ]


def _cut(label: str) -> str:
    return label if len(label) <= LABEL_CHARS_MAX else label[: LABEL_CHARS_MAX - 1] + "…"


def _text_width(label: str) -> int:
    return sum(_CHAR_NARROW if ord(char) < 0x2E80 else _CHAR_WIDE for char in _cut(label))
