"""The desk's forms stand on the API's own requests, and every task of the registry leads to one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import create_engine

from api.app import create_app
from api.services import KeyRing, Services
from decisions.registry import DOMAINS
from desk.commands import PERSON, ROLLOUT, Field, Form
from desk.owners import OWNERS
from desk.ways import ways
from desk.words import CODES, STATES, WORDS, state_text
from models.messages.carrier import MessageKind
from models.tasks import TASKS

TEMPLATES = Path(__file__).parents[2] / "desk" / "templates"
FORMS = [*(form for owner in OWNERS.values() for form in owner.forms), PERSON]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The published document."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    return create_app(Services(engine=engine, client=None, keys=KeyRing({}), webhook_secret="whsec_AAAA")).openapi()  # type: ignore[arg-type]


def _shape(path: str) -> str:
    return re.sub(r"{[^}]+}", "{}", path)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.path}#{form.name}")
def test_every_form_is_a_request_of_the_interface(form: Form, document: dict[str, Any]) -> None:
    """Method, path and every field are the document's; a form that is checked first has a dry run."""
    known = {_shape(path): methods for path, methods in document["paths"].items()}
    operation = known[_shape(form.path)][form.method.lower()]
    names = {each["name"] for each in operation["parameters"]}
    assert form.rehearses is ("dry_run" in names) or form is PERSON
    if form.method != "DELETE":
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        reference = body.get("$ref") or next(each["$ref"] for each in body["anyOf"] if "$ref" in each)
        fields = document["components"]["schemas"][reference.rpartition("/")[2]]
        sent = {each.name.partition(".")[0] for each in form.fields if not each.in_path}
        assert sent <= set(fields["properties"])
        filled = {each.name.partition(".")[0] for each in form.fields if each.required or "." in each.name}
        assert set(fields.get("required", [])) <= filled


@pytest.mark.parametrize("code", TASKS)
def test_every_task_leads_by_a_click_to_what_settles_it(code: str) -> None:
    """An operator finds a form in some kind of entity for each code, and types no id."""
    rows = [{"kind": owner.kind, "id": "X1", "why": code} for owner in OWNERS.values()]
    found = [way for row in rows for way in ways(row, "operator")]
    assert found
    for way in found:
        place, _, name = way.href.partition("?")[0].rpartition("/")
        owner = OWNERS[place.split("/")[2]]
        assert name == "revisions" or owner.form(name) is not None
    assert all(each.source or each.in_path for owner in OWNERS.values() for form in owner.forms for each in form.fields
               if each.name.endswith("_id"))  # fmt: skip


def test_every_word_of_the_desk_is_there_twice() -> None:
    """Japanese and English, and a comma inside a sentence makes no third."""
    texts = {**WORDS, **{f"{kind} {code}": words for kind, codes in CODES.items() for code, words in codes.items()}}
    assert {name: words for name, words in texts.items() if len(words) != 2 or not all(words)} == {}


def test_dates_and_choices_are_shown_as_people_read_them() -> None:
    """What is confirmed is no code: courses by name, days in Japanese, a moment to the minute."""
    (form,) = (each for each in ROLLOUT if each.name == "announcement")
    fields = {each.name: each for each in form.fields}
    assert fields["courses"].shown("W2_MANSION_H W2_FAMILY", "ja") == (
        "with フレッツ II マンション H、with フレッツ II ファミリー"
    )
    assert fields["effective_on"].shown("2018-09-05", "ja") == "2018年9月5日"
    assert fields["courses"].read("A B") == ["A", "B"]
    assert Form("x", "", "", "POST", "/", (fields["effective_on"], Field("a.b", "", ""))).body(
        {"effective_on": "2018-09-05", "a.b": "1"}
    ) == {"effective_on": "2018-09-05", "a": {"b": "1"}}


def test_every_code_that_a_page_shows_has_its_words() -> None:
    """States by kind of entity, NTT's messages, who acted, what became of a contract of a rollout."""
    machines = {kind: set(domain.machine.states_map) for kind, domain in DOMAINS.items()}
    assert {kind: sorted(states - set(STATES[kind])) for kind, states in machines.items()} == {
        kind: [] for kind in machines
    }
    assert state_text("membership", "active", "ja") == "会員"
    assert state_text("contract", "active", "ja") == "ご利用中"
    assert set(get_args(MessageKind)) <= set(CODES["carrier"])
    assert {"moved", "choice_opened", "terms_changed", "needs_operator", "skipped"} <= set(CODES["reach"])
    assert {"timer", "worker", "carrier", "rollout", "program"} <= set(CODES["actor"])


def test_no_template_writes_a_day_that_may_break_or_a_state_without_its_kind() -> None:
    """A cell that begins with a day keeps it together; an English sentence is labelled as one."""
    texts = {each.name: each.read_text(encoding="utf-8") for each in TEMPLATES.rglob("*.html")}
    assert [name for name, text in texts.items() if re.search(r"<td>\{\{ (date|moment)\(", text)] == []
    assert [name for name, text in texts.items() if 'code("state"' in text] == []
    assert [name for name, text in texts.items() if re.search(r'<(p|small) lang="en">', text)] == []


def test_a_rollout_is_offered_the_courses_of_this_book_alone() -> None:
    """What a contractor may only come from or go to (W-09.1) is never merged or discontinued here."""
    (offered,) = [field.options for form in ROLLOUT for field in form.fields if field.name == "courses"]
    codes = {code for code, *_ in offered}
    assert {"W2_FAMILY", "W2_MANSION_H", "W1_FAMILY"} <= codes
    assert not {"COLLABO", "DOCOMO", "OTHER"} & codes
