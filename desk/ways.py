"""What waits for an operator, and where a click leads to settle it: the registry of tasks says which update does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from desk.commands import Form
from desk.owners import BY_KIND, settled_here
from models.tasks import TASKS
from rules.explain.articles import Language

TODAY = "today"
"""Where a form was reached from, so that it leads back there."""

_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "LINE_TYPE_CHANGED": ("course-switch",),
        "COURSE_DOES_NOT_MATCH_LINE": ("course-switch",),
        "LINE_TAKEN_AT_OPENING": ("refusal",),
        "OPENED_LINE_OF_ANOTHER": ("termination",),
        "LINE_BRAND_CHANGED": ("course-change",),
        "LINE_CHARGES_DIFFER": ("correction",),
        "MOVED_ACROSS_AREAS": ("course-change",),
        "LINE_NOTICE_BEFORE_SERVICE": ("refusal",),
        "COURSE_DISCONTINUED": ("choice",),
        "DEFECT": ("outcome",),
        "NOT_ANSWERED": ("outcome",),
        "GROUND_GONE": ("correction",),
        "MEMBERS_NOT_TOLD": ("pause",),
        "BONUS_NOT_BOOKED": ("point-adjustment",),
        "POINTS_BY_ANOTHER_TYPE": ("point-adjustment",),
        "RENEWAL_BOOKED_IN_ERROR": ("correction",),
        "LINE_NOTICE_AFTER_END": ("correction",),
        "POINTS_SPENT_AFTER_END": ("correction",),
        "LINE_LOST_BEFORE_REGISTRATION": ("correction",),
    }
)
"""What is often done first, before the task is settled; the task's own words suggest it."""


@dataclass(frozen=True)
class Way:
    """A link from a task."""

    ja: str
    en: str
    href: str

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en


def ways(row: Mapping[str, Any], role: str) -> list[Way]:
    """Where a task of the list can be settled, for a role; those that settle it come first.

    Args:
        row: an item of `GET /v1/tasks`.
        role: of who is at the desk.
    """
    owner = BY_KIND.get(row["kind"])
    if owner is None:
        return []
    code = str(row["why"])
    place = f"/desk/{owner.place}/{row['id']}"
    if code == "REVISION_APPROVAL":
        return [Way("内容を見て承認・不承認", "Look, then approve or refuse", f"{place}/revisions?from={TODAY}")]
    found: list[Way] = []
    for form in settling(owner.forms, code):
        if role in form.roles and not form.beside:
            more = {"why": code} if form.name == "settlement" else {}
            found.append(Way(form.ja, form.en, f"{place}/do/{form.name}?{urlencode({**more, 'from': TODAY})}"))
    if owner.kind == "contract" and code in _OF_THE_FILING and row.get("filing_id"):
        found.append(Way("代行申込を開く", "Open the filing", f"/desk/filings/{row['filing_id']}"))
    return found


_OF_THE_FILING = frozenset({"FILING_DEFECT", "FILING_LATE", "EFFECT_REFUSED"})


def settling(forms: tuple[Form, ...], code: str) -> list[Form]:
    """The forms that settle a task, then those that are often sent first."""
    by = TASKS[code].settled_by if code in TASKS else ()
    first = [form for form in forms if form.needs in by and form.name != "settlement"]
    also = [form for form in forms if form.name in _ALSO.get(code, ()) and form not in first]
    last = [form for form in forms if form.name == "settlement" and settled_here(code, forms)]
    return [*first, *also, *last]
