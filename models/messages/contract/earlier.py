"""Documents of earlier releases, read as the state is now.

Until the state had a field for each of them, small facts lay under `facts`, and logs and rows still hold them there: a
log is never rewritten. Entries of now write the fields. Every entry of an earlier release comes before every entry of
this one, so where both say something, the field is the newest. What an entry takes away it therefore takes away from
both places: `fee_day` and the constants name what has to be dropped from `facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FACTS = "facts"
OWED_CHOICE = "owed_choice"
CARRIED_TERM = "carried_term"
FEE_TERMS = "fee_terms"

_SINGLE = ("consents", "written_on", "posted_on", "ntt_service_type", OWED_CHOICE, "relocation")
"""Facts that have a field of their name, None where nothing is known."""

_FLAGS = {
    CARRIED_TERM: CARRIED_TERM,
    "term_began_while_ending": "term_began_while_ending",
    "past_correction": "past_correction",
}

_COLLECTIONS = {"line_type/": "type_changes", "notice/": "told_notices", "ended_on/": "fee_days"}
"""Beginning of a fact's name → the collection that holds it under the rest of the name."""


def fee_day(charge_id: str) -> str:
    """The fact that held the day a waiting fee belongs to."""
    return f"ended_on/{charge_id}"


def lifted(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with what stands under `facts` in the fields of now; itself where nothing stands there."""
    facts = document.get(FACTS)
    if not facts:
        return document
    said = {key: value for key, value in document.items() if key != FACTS}
    for name in _SINGLE:
        if said.get(name) is None and facts.get(name) is not None:
            said[name] = facts[name]
    for fact, name in _FLAGS.items():
        said[name] = bool(said.get(name) or facts.get(fact))
    for beginning, name in _COLLECTIONS.items():
        told = {key.removeprefix(beginning): value for key, value in facts.items() if key.startswith(beginning)}
        said[name] = {**told, **(said.get(name) or {})}
    notices = {each["rollout_id"]: each for each in facts.get("terms_changes", ())}
    said["terms_changes"] = {**notices, **(said.get("terms_changes") or {})}
    granted = {key: value for key, value in (said.get("fee_terms") or {}).items() if value}
    # A document that names every case says it all: one that is not among them any more has lost its ground.
    said["fee_terms"] = granted if granted.get("waivers") else {**facts.get("fee_terms", {}), **granted}
    months = facts.get("voided_months")
    if said.get("voided_months") is None and months is not None:
        said["voided_months"] = {"first": months["from"], "last": months["through"]}
    return said
