"""The desk's forms stand on the API's own requests, and every task of the registry leads to one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine

from api.app import create_app
from api.services import KeyRing, Services
from decisions.contract.line.contents import Change
from decisions.registry import DOMAINS
from desk.answering import SEEN, meanwhile
from desk.commands import PERSON, ROLLOUT, Field, Form, meant
from desk.offers import _among, unanswerable
from desk.owners import OWNERS
from desk.pages import office, runs
from desk.pages.csv import CODED, answer, head
from desk.telling import figures
from desk.ways import ways
from desk.web import _TEMPLATES
from desk.wording.crossed import FIELDS, NAMED, crossed
from desk.words import CODES, STATES, WORDS, say, state_text
from models.messages.carrier import (
    DETAILS,
    Applicant,
    Billing,
    Brand,
    CarrierArea,
    Discount,
    FilingRequest,
    FilingStatus,
    FilingStatusMessage,
    LineNotice,
    LineNoticeKind,
    MessageKind,
    ServiceType,
    StatementCode,
    StatementItem,
)
from models.tasks import TASKS
from models.words import LINE_TYPES, SERVICE_TYPES
from rules.explain.articles import Language
from rules.terms import constant, dated

TEMPLATES = Path(__file__).parents[2] / "desk" / "templates"
FORMS = [*(form for owner in OWNERS.values() for form in owner.forms), PERSON]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The published document."""
    return application().openapi()


@cache
def application() -> FastAPI:
    """The doors, with nothing behind them."""
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    return create_app(Services(engine=engine, client=None, keys=KeyRing({}), webhook_secret="whsec_AAAA"))  # type: ignore[arg-type]


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
        asks = form.otherwise[0] if form.otherwise else None
        sent = {each.name.partition(".")[0] for each in form.fields if not each.in_path and each.name != asks}
        assert sent | set(form.fixed) <= set(fields["properties"])
        filled = {each.name.partition(".")[0] for each in form.fields if each.required or "." in each.name}
        filled |= set(form.fixed)
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
               if each.name.endswith("_id") and each.name not in {"line.line_id", "benefit_id"})  # fmt: skip


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


def test_every_type_of_a_line_has_its_words() -> None:
    """Here and on the operator's page in Temporal: no code stands for what the customer calls by a name."""
    offered = {code for period in dated("club.service_types", list[str]).periods for code in period.value}
    assert offered == set(SERVICE_TYPES)
    assert set(get_args(ServiceType)) == set(LINE_TYPES)


def test_whoever_confirms_sees_every_figure_of_the_decision() -> None:
    """What lapses by leaving, what a waiver takes off, what is not billed: each with its words, in both languages."""
    leaving = {"outcome": "leaving", "forfeited_points": 1200, "usable_through": "2018-05-23"}
    assert figures(leaving, {}, "ja") == [
        ("ポイントを使える最後の日", "2018年5月23日"),
        ("失効するポイント", "1,200ポイント"),
    ]
    fee = {"amount": 4500, "tax": 360, "total": 4860}
    waived = {"outcome": "waived", "fee": fee, "charges": ["K1-F"]}
    assert figures(waived, {}, "ja") == [("解約事務手数料", "4,860円(税抜4,500円+税360円) → 0円 免除")]
    due = {"outcome": "accepted", "fee": fee, "fee_outcome": "due", "fee_due_on": "2018-06-30"}
    assert figures(due, {}, "ja")[0] == ("解約事務手数料", "4,860円(税抜4,500円+税360円) かかります")
    answered = {"answer": {"filing_state": "defect", "work_on": None, "opened_on": None}}
    assert figures(answered, {}, "ja") == [("お客さまへの回答", "不備あり"), ("工事日", "未定"), ("開通日", "未定")]
    moves = {"course": "COLLABO", "to_course": "COLLABO", "carried": {"months": 22, "end_on": "2020-04-30"}}
    assert [label for label, _ in figures(moves, {"course": "W2_FAMILY"}, "en")] == [
        "Minimum term carried over",
        "Course",
    ]


def test_a_benefit_is_confirmed_as_a_fee_that_may_come() -> None:
    """Its fee and term are its own: nothing is charged now, and the contract's minimum term stays."""
    fee = {"amount": 10000, "tax": 800, "total": 10800}
    term = {"start_on": "2018-06-01", "end_on": "2019-05-31"}
    told = figures({"benefit_id": "C1", "fee": fee, "minimum_term": term}, {}, "ja")
    assert [label for label, _ in told] == ["期間内に終わるときだけかかる特典の費用", "特典の期間"]


def test_what_one_page_read_of_one_person_is_one_look() -> None:
    """Parts read side by side stand together; another person, another moment or a change stands by itself."""
    look = {"actor": "clerk", "role": "backoffice", "person_id": "P1"}
    rows = [
        {**look, "action": "change", "recorded_at": "2026-01-01T09:00:10+09:00"},
        {**look, "action": "letters", "recorded_at": "2026-01-01T09:00:05.300+09:00"},
        {**look, "action": "read", "recorded_at": "2026-01-01T09:00:05.100+09:00"},
        {**look, "action": "read", "recorded_at": "2026-01-01T09:00:00+09:00"},
        {**look, "action": "read", "person_id": "P2", "recorded_at": "2026-01-01T09:00:00+09:00"},
    ]
    assert [each["actions"] for each in office._together(rows)] == [["change"], ["read", "letters"], ["read"], ["read"]]


def test_an_optional_date_stays_empty_and_a_cleared_one_is_not_filled_again() -> None:
    """Today stands only where a date is demanded and nobody has touched it yet."""
    (form,) = (each for each in OWNERS["contracts"].forms if each.name == "course-change")
    (start,) = (each for each in OWNERS["contracts"].forms if each.name == "service-start")
    now = "2018-05-23T09:00"
    assert _drawn(form, {}, now)["change_on"] == ""
    assert _drawn(form, {}, now)["received_at"] == now
    assert _drawn(start, {}, now)["service_start_on"] == now[:10]
    assert _drawn(start, {"service_start_on": ""}, now)["service_start_on"] == ""


def _drawn(form: Form, entered: dict[str, str], now: str) -> dict[str, str]:
    """The values of the inputs, by name."""
    macros: Any = _TEMPLATES.get_template("macros.html").module
    text = macros.fields(form, entered, "ja", now, str, lambda key: say(key, "ja"))
    return dict(re.findall(r'<input id="[^"]+" name="([^"]+)" type="[^"]+" value="([^"]*)"', text))


def test_the_opposite_of_a_waiver_is_a_request_of_its_own() -> None:
    """Refused on the same form, the request is settled without a waiver, and the confirmation says what that means."""
    forms = OWNERS["contracts"].forms
    (waiver,) = (each for each in forms if each.name == "waiver")
    typed = {"grant": "false", "case": "death", "evidence": "写し", "reason": "証拠が足りない"}
    refused = meant(forms, waiver, typed)
    assert refused.body(typed) == {"why": "WAIVER_REQUESTED", "reason": "証拠が足りない"}
    assert refused.says is not None
    assert meant(forms, waiver, {**typed, "grant": "true"}) is waiver
    assert "grant" not in (waiver.body(typed) or {})
    (way,) = ways({"kind": "contract", "id": "K1", "why": "WAIVER_REQUESTED"}, "operator")
    assert "/do/waiver?" in way.href


def test_what_is_wrong_with_an_entry_stands_beside_its_field() -> None:
    """By the place the door names: the field, an item of it, the object it leads into, or its name inside another."""
    problem = {"errors": [{"field": "applicant.email", "message": "形が違います", "problem": "no address"}]}
    email, name = Field("applicant.email", "メール", "E-mail"), Field("applicant.name", "お名前", "Name")
    assert (email.wrong(problem, "ja"), email.wrong(problem, "en")) == ("形が違います", "no address")
    assert (name.wrong(problem, "ja"), name.wrong(None, "ja"), name.wrong("gone", "ja")) == ("", "", "")

    def at(place: str, field: str) -> bool:
        return bool(Field(field, "", "").wrong({"errors": [{"field": place, "problem": "x"}]}, "ja"))

    assert all((at("applicant", "applicant.name"), at("wished_dates.0", "wished_dates"), at("body.reason", "reason")))
    assert not any((at("name", "name_kana"), at("applicant.name_kana", "applicant.name")))


def test_a_field_inside_an_object_is_named_by_its_label() -> None:
    """The door names the object; whoever reads it knows the fields by their labels."""
    (form,) = (each for each in OWNERS["members"].forms if each.name == "point-adjustment")
    assert form.labels("ja")["for"] == "利用月・にねん割の満了月(更新ポイントのとき)"
    assert form.labels("ja")["for.usage_month"] == "利用月"


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


@pytest.mark.parametrize(
    ("courses", "left", "empty"),
    [
        ({"switch_course": []}, [], True),
        ({"switch_course": ["W2_MANSION"]}, ["W2_MANSION"], False),
        ({"switch_course": ["NO_SUCH_COURSE"]}, [], True),
    ],
)
def test_a_choice_holds_what_the_door_would_grant_and_a_form_without_one_is_empty(
    courses: dict[str, list[str]], left: list[str], empty: bool
) -> None:
    """A switch that fits no course of the line is nobody's button; an empty list is not every course."""
    form = next(each for each in OWNERS["contracts"].forms if each.name == "course-switch")
    fields = tuple(replace(each, options=_among(each, {"courses": courses})) for each in form.fields)
    assert [code for code, *_ in fields[0].options] == left
    assert unanswerable(replace(form, fields=fields)) is empty


def test_a_payment_with_nothing_owed_has_nothing_to_choose() -> None:
    """The second of two tabs finds its statement paid: the page says so and leads on."""
    form = next(each for each in OWNERS["contracts"].forms if each.name == "payment")
    assert unanswerable(form.with_options({"statements": []}))
    assert not unanswerable(form.with_options({"statements": [("S1", "2019-09", "2019-09")]}))


def test_what_begins_at_the_desk_is_sent_as_the_door_takes_it() -> None:
    """A person's details in their object, days and ticked boxes as lists, a password as typed and never shown."""
    (application,) = (each for each in OWNERS["contracts"].forms if each.begins == "contract_id")
    typed = {
        "applicant.name": " 契約 花子 ",
        "start_line": "false",
        "line.billing": "MY_BILLING AT_BILLING",
        "line.zutto_months": "12",
        "wished_dates": "2018-07-01  2018-07-08 ",
        "person": "P1",
    }
    assert application.body(typed) == {
        "applicant": {"name": "契約 花子"},
        "start_line": False,
        "line": {"billing": ["MY_BILLING", "AT_BILLING"], "zutto_months": 12},
        "wished_dates": ["2018-07-01", "2018-07-08"],
    }
    (registration,) = (each for each in OWNERS["members"].forms if each.begins == "member_id")
    assert registration.body({"member.password": " a b "}) == {"member": {"password": " a b "}}
    (password,) = (each for each in registration.fields if each.input == "secret")
    assert "a b" not in password.shown(" a b ", "ja")


def test_line_charges_are_a_list_of_what_was_filled_in() -> None:
    """Each code of NTT's charges has a field of its own; an empty one is no charge."""
    (form,) = (each for each in OWNERS["contracts"].forms if each.name == "line-charges")
    assert form.body({"month": "2012-06", "items.FLETS": "5200", "items.TELEPHONE": ""}) == {
        "month": "2012-06",
        "items": [{"code": "FLETS", "amount": 5200}],
    }
    codes = {each.name.partition(".")[2] for each in form.fields if each.name.startswith("items.")}
    assert codes == {
        *constant("payment_agency.passed_through", list[str]),
        *constant("payment_agency.direct", dict[str, str]),
    }


def test_what_crosses_to_ntt_and_back_is_read_in_words() -> None:
    """Every field and every code of a message has its words; days, money, courses and lists as people write them."""
    shapes = [FilingStatusMessage, LineNotice, FilingRequest, Applicant, StatementItem, *DETAILS.values()]
    names = {name for shape in shapes for name in shape.model_fields}
    assert sorted(names - set(FIELDS)) == []
    unions = (FilingStatus, LineNoticeKind, StatementCode, Brand, ServiceType, Billing, Discount, CarrierArea, Change)
    assert sorted({code for each in unions for code in get_args(each)} - set(NAMED)) == []
    items = [{"code": "FLETS", "amount": 5200}, {"code": "TELEPHONE", "amount": 1700}]
    details = {"month": "2018-05", "items": items}
    body = {"kind": "line_statement", "effective_on": "2018-06-01", "details": details}
    assert crossed(body, "ja") == [
        ("種類", "回線料金の明細"),
        ("効力発生日", "2018年6月1日"),
        ("利用月", "2018年5月"),
        ("明細", "フレッツ光利用料 5,200円、電話料金 1,700円"),
    ]
    begun = {"change": "begun", "course": "W2_FAMILY", "on": "2018-06-12", "text": "paid", "withdrawn": True}
    assert dict(crossed(begun, "en")) == {
        "What changed": "began", "Course": "with フレッツ II ファミリー", "Day": "12 June 2018", "Text": "paid",
        "Taken back": "yes",
    }  # fmt: skip


def test_a_list_as_csv_has_japanese_heads_and_the_names_of_the_interface_in_english() -> None:
    """Every column of every list has its word, and no two columns of one list the same."""
    lists = [
        (office._DECISIONS, ""),
        (office._LOOKS, ""),
        (runs._OUTCOMES, "rollout_outcome"),
        (runs._MEMBERS, "program_outcome"),
        *((each, name.removesuffix("s")) for name, (_, each) in office._LISTS.items()),
    ]
    for columns, kind in lists:
        assert len({head(each, kind) for each in columns}) == len(columns), columns
    heads = {
        language: answer("x.csv", ("state", "end_on"), [], language).body.decode("utf-8-sig").strip()
        for language in get_args(Language)
    }
    assert heads == {"ja": "状態,終了日", "en": "state,end_on"}


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [
        (
            "contract",
            {"state": "ending", "course": "W2_FAMILY", "operator": "EAST", "needs_operator": True, "end_on": None},
            "解約予定,with フレッツ II ファミリー,NTT東日本,はい,",
        ),
        ("membership", {"state": "left", "end_reason": "leave", "service_type": "NEXT_FAMILY"},
         "退会,退会,フレッツ 光ネクスト ファミリー"),
        ("rollout", {"kind": "course_merge", "state": "finished", "courses": ["W2_FAMILY", "COLLABO"]},
         "コースの統合,完了,with フレッツ II ファミリー、WAKWAK 光コラボ"),
        ("rollout_outcome", {"state": "done", "outcome": "moved", "articles": ["W-10.2", "W-10.2"]},
         "完了,コースを移行,第10条第2項"),
        ("program_outcome", {"membership": "left", "outcome": "told", "code": "left", "storage": "reverted"},
         "退会,お知らせ済み,left,容量を戻しました"),
        ("agenda", {"kind": "contract", "event": "end", "label": "月末解約 2019-05-31"},
         "契約,end,月末解約 2019年5月31日"),
        ("", {"actor": "timer", "role": "auditor", "action": "search", "reason": "goodwill", "outcome": "accepted"},
         "自動(期日),監査,検索,お客さまへの配慮,accepted"),
        ("", {"actor": "hanako", "reason": "=1+1"}, "hanako,'=1+1"),
        ("", {"entity_id": "contract/K1", "recorded_at": "2019-05-31T15:30:00.127627Z"}, "契約 K1,2019-06-01 00:30:00"),
    ],
)  # fmt: skip
def test_a_cell_of_a_csv_is_read_in_words_in_japanese_and_has_the_code_in_english(
    kind: str, row: dict[str, object], words: str
) -> None:
    """Each kind of list has its own states; what has no words stays as it is, and a program reads codes in English."""
    said = {each: answer("x.csv", tuple(row), [row], each, kind).body.decode("utf-8-sig") for each in ("ja", "en")}
    assert said["ja"].splitlines()[1] == words
    if "state" in row:
        assert str(row["state"]) in said["en"].splitlines()[1].split(",")
    if "needs_operator" in row:
        assert said["en"].splitlines()[1].endswith(",true,"), "as the API's JSON has it"
    if "label" in row:
        assert said["en"].splitlines()[1].endswith("The contract ends")


def test_every_code_of_a_csv_has_its_words() -> None:
    """Each column that holds codes has a table of them, also that of why something ends."""
    assert set(CODED.values()) <= set(CODES)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.path}#{form.name}")
def test_a_form_is_offered_to_whom_its_door_lets_in(form: Form) -> None:
    """Nobody fills in what could only be refused for the key, and nobody who may is kept from it."""
    doors = {(method, _shape(route.path)): route for route in _routes(application()) for method in route.methods}
    asked = _asked_for(doors[form.method, _shape(form.path)].dependant)
    assert asked == {form.roles}


def _routes(of: Any) -> Iterator[Any]:
    for route in of.routes:
        if hasattr(route, "dependant"):
            yield route
        elif hasattr(route, "original_router"):
            yield from _routes(route.original_router)


def _asked_for(dependant: Any) -> set[frozenset[str]]:
    """The roles of the check that stands somewhere among what a door depends on."""
    if getattr(dependant.call, "__qualname__", "").startswith("_require"):
        return {frozenset(each.cell_contents) for each in dependant.call.__closure__}
    return {roles for inner in dependant.dependencies for roles in _asked_for(inner)}


@pytest.mark.parametrize(
    ("was", "typed", "now", "settled", "changed"),
    [
        ("a@x.jp", "a@x.jp", "a@x.jp", "a@x.jp", False),
        ("a@x.jp", "a@x.jp", "b@x.jp", "b@x.jp", True),
        ("a@x.jp", "c@x.jp", "a@x.jp", "c@x.jp", False),
        ("a@x.jp", "c@x.jp", "b@x.jp", "c@x.jp", True),
        ("a@x.jp", "b@x.jp", "b@x.jp", "b@x.jp", False),
        ("", "", "b@x.jp", "b@x.jp", True),
        ("a@x.jp", " a@x.jp ", "", "", True),
    ],
    ids=["as it was", "changed elsewhere", "typed here", "both", "the same in both", "filled elsewhere", "emptied"],
)
def test_a_form_that_was_open_for_long_undoes_nothing(
    was: str, typed: str, now: str, settled: str, changed: bool
) -> None:
    """What nobody touched stays as it stands now; what changed elsewhere to something else than was typed is told."""
    found = meanwhile({f"{SEEN}email": was, "email": typed, "reason": "r"}, {"email": now, "phone": "1"})
    assert found.typed == {f"{SEEN}email": now, "email": settled, "reason": "r"}
    assert found.changed == ({"email": (was, now)} if changed else {})
