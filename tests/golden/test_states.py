"""Every kept state is read by the models as they are now: fields are only ever added, with defaults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from decisions.registry import DOMAINS

STATES = sorted(Path(__file__).with_name("states").glob("*.json"))


def kept(path: Path) -> tuple[str, dict[str, Any]]:
    """Kind and state of one kept file."""
    said = json.loads(path.read_text(encoding="utf-8"))
    return said["kind"], said["state"]


def lost(before: Any, after: Any, where: str = "") -> list[str]:
    """Where a value that was stored is not in what was read."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [line for name, value in before.items() for line in lost(value, after.get(name), f"{where}.{name}")]
    return [] if before == after or _items_kept(before, after) else [f"{where}: {before!r} became {after!r}"]


def _items_kept(before: Any, after: Any) -> bool:
    both = isinstance(before, list) and isinstance(after, list) and len(before) == len(after)
    return both and not any(lost(old, new) for old, new in zip(before, after, strict=True))


def read(kind: str, state: dict[str, Any]) -> dict[str, Any]:
    """The state as it is read now; what an earlier release kept under `facts` is told there again, for comparing."""
    now = DOMAINS[kind].state.model_validate(state).model_dump(mode="json")
    if kind == "membership":
        imported = now["imported"]
        return {**now, "facts": {"imported_on": imported["on"]} if imported else {}}
    return {**now, "facts": facts_of(now)} if kind == "contract" else now


def facts_of(now: dict[str, Any]) -> dict[str, Any]:
    """The small facts of a contract under the names an earlier release gave them."""
    single = ("consents", "written_on", "posted_on", "ntt_service_type", "owed_choice", "relocation")
    flags = ("carried_term", "term_began_while_ending", "past_correction")
    collections = {"line_type/": "type_changes", "notice/": "told_notices", "ended_on/": "fee_days"}
    months = now["voided_months"]
    return {
        **{name: now[name] for name in (*single, *flags)},
        **{f"{start}{key}": value for start, name in collections.items() for key, value in now[name].items()},
        "terms_changes": list(now["terms_changes"].values()),
        "fee_terms": now["fee_terms"],
        "voided_months": {"from": months["first"], "through": months["last"]} if months else None,
    }


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_a_kept_state_is_read_whole(path: Path) -> None:
    """Nothing that was stored is refused, dropped or changed by the model."""
    kind, state = kept(path)
    assert lost(state, read(kind, state)) == []


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_what_was_read_reads_the_same_again(path: Path) -> None:
    """A state that went through the model once, as a workflow carries it, is not changed by going through again."""
    kind, state = kept(path)
    once = DOMAINS[kind].state.model_validate(state).model_dump(mode="json")
    assert DOMAINS[kind].state.model_validate(once).model_dump(mode="json") == once


def test_every_kind_of_state_is_kept() -> None:
    """No kind of entity is left out."""
    assert {kept(path)[0] for path in STATES} == set(DOMAINS)


def test_a_dropped_or_changed_field_is_seen() -> None:
    """The comparison itself: an added field passes, a dropped one, a changed one and a shorter list do not."""
    before = {"a": 1, "b": [{"c": 2}]}
    assert lost(before, {"a": 1, "b": [{"c": 2, "new": None}], "new": 0}) == []
    assert lost(before, {"b": [{"c": 2}]}) == [".a: 1 became None"]
    assert lost(before, {"a": 2, "b": [{"c": 2}]}) == [".a: 1 became 2"]
    assert lost(before, {"a": 1, "b": []}) != []


def test_what_an_import_of_an_earlier_release_says_is_read() -> None:
    """It lay under `facts`, in rows and in logs; where a field says it as well, the field is the newest."""
    read_now = DOMAINS["membership"].state.model_validate
    facts = {"imported_on": "2018-05-02", "booked_before": ["2018-03"], "plan_announced_on": "2023-03-01"}
    said = read_now({"facts": facts}).model_dump(mode="json")["imported"]
    assert said == {"on": "2018-05-02", "booked_before": ["2018-03"]}
    assert read_now({"facts": {"imported_on": "2018-05-02"}}).imported.booked_before == []
    assert read_now({"facts": facts, "imported": {"on": "2019-01-01"}}).imported.on.year == 2019
    assert read_now({"facts": {}}).imported is None
