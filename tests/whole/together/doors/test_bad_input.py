"""Whatever a caller sends: a problem document with a 4xx, never a 5xx, and nothing of it in the log."""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.whole.conftest import House

SEED = 20_180_531
MUTATIONS_A_DOOR = 12

WRONG: list[Any] = [
    None,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "💥" * 5000,
    "x" * 100_000,
    0,
    -1,
    10**30,
    -(10**30),
    1e308,
    True,
    [],
    [[]],
    {},
    {"": None},
    "2018-05-31",
    "2018-02-30",
    "2018-05-31T10:00:00",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59+23:59",
    "-2018-05-31T10:00:00+09:00",
    "2018-05-31T10:00:00+99:99",
    "'; drop table contract; --",
]

RAW = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"1e999",
    b"NaN",
    b"{",
    b'{"a": 1',
    b"\xff\xfe",
    b"\x00",
    b'{"a": "\\ud800"}',
    b"[" * 20_000,
    b'{"channel": "paper", "channel": "online"}',
    ("[" * 2000 + '"\u2200"' + "]" * 2000).encode("utf-16-le"),
    b'{"unknown": 1}',
]

IDS = ["K0", "%00", "a%00b", "x" * 2000, "%F0%9F%92%A5", "..%2F..", "%20", "%27%3B--", "contract%2FK0", "%ED%A0%80"]

STEERING = ("/v1/clock", "/v1/rollouts", "/v1/programs")
"""Doors that move everybody: they are given nothing that could be granted."""


def operations(house: House, *methods: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every door that the published document names, with its description."""
    document = house.call("GET", "/openapi.json", key=None).json()
    for path, doors in document["paths"].items():
        for method, door in doors.items():
            if method.upper() in methods and not path.startswith(STEERING):
                yield method.upper(), path, {**door, "components": document.get("components", {})}


def example(door: dict[str, Any]) -> Any:
    """The example the document gives for a door's body."""
    content = door.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    for each in [schema, *schema.get("anyOf", [])]:
        name = each.get("$ref", "").rpartition("/")[2]
        found = door["components"].get("schemas", {}).get(name, each).get("examples")
        if found:
            return found[0]
    return {}


def mutated(body: Any, chance: random.Random) -> Any:
    """A body with one or two values replaced by something wrong, dropped, or added."""
    if not isinstance(body, dict):
        return chance.choice(WRONG)
    body = copy.deepcopy(body)
    for _ in range(chance.randint(1, 2)):
        place = body
        while chance.random() < 0.5:
            inner = [value for value in place.values() if isinstance(value, dict) and value]
            if not inner:
                break
            place = chance.choice(inner)
        name = chance.choice([*place, "unknown"])
        if chance.random() < 0.2 and name in place:
            del place[name]
        else:
            place[name] = chance.choice(WRONG)
    return body


def assert_told_what_is_wrong(answer: Any, what: str) -> None:
    """A granted request, or a problem document that names its code."""
    assert answer.status_code < 500, (what, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"].startswith("application/problem+json"), (what, answer.text)
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["code"]
        assert isinstance(problem["articles"], list)


def encoded(body: Any) -> bytes:
    """JSON as a careless client writes it: half surrogate pairs and huge numbers included."""
    return json.dumps(body).encode()


def test_mutated_examples(house: House) -> None:
    """Each door's own example with wrong values in it: seeded, some thousand of them, and never a 5xx."""
    chance = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    contract_id = house.active()
    doors = list(operations(house, "POST", "PUT", "DELETE"))
    assert len(doors) > 10
    for method, path, door in doors:
        real = path.replace("{contract_id}", contract_id)
        real = real.format_map(_Any()) if "{" in real else real
        for _ in range(MUTATIONS_A_DOOR):
            body = mutated(example(door), chance)
            answer = house.call(method, real, content=encoded(body))
            assert_told_what_is_wrong(answer, f"{method} {real} {encoded(body)[:300]!r}")
    assert house.contract(contract_id)["contract_id"] == contract_id


class _Any(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "K0"


def test_bodies_that_are_no_bodies(house: House) -> None:
    """Broken JSON, bytes that are no text, lists for objects, unknown fields: 400, or 404 where nothing is there."""
    for method, path, door in operations(house, "POST", "PUT"):
        # Imports answer line by line, so a bad line is no bad request.
        if "requestBody" not in door or path.endswith("/import"):
            continue
        for raw in RAW:
            answer = house.call(method, path.format_map(_Any()), content=raw)
            assert_told_what_is_wrong(answer, f"{method} {path} {raw[:40]!r}")
            assert answer.status_code >= 400 or not door["requestBody"].get("required"), (path, raw[:40])


@pytest.mark.parametrize("path", ["/v1/clock/advance"])
@pytest.mark.parametrize("to", [*WRONG[:18], "2018-05-31T10:00:00", "2018-13-01", "2999-01-01", "1999-01-01"])
def test_the_clock_is_not_moved_by_nonsense(house: House, path: str, to: Any) -> None:
    """No date, a day that does not exist, one too far ahead or one that is past: refused, and the day stays."""
    today = house.today
    answer = house.call("POST", path, content=encoded({"to": to}))
    assert answer.status_code in {400, 422}, answer.text
    assert house.today == today


def test_ill_formed_ids_are_not_found(house: House) -> None:
    """An id nobody ever gave out is 404 at every door below a contract or a filing, whatever it looks like."""
    for method, path, door in operations(house, "GET", "POST", "DELETE"):
        if not path.startswith(("/v1/contracts/{contract_id}", "/v1/filings/{filing_id}")):
            continue
        for each in IDS:
            real = path.replace("{contract_id}", each).replace("{filing_id}", each)
            if "{" in real:
                continue
            body = example(door) if "requestBody" in door else None
            answer = house.call(method, real, content=encoded(body) if body else None)
            assert_told_what_is_wrong(answer, f"{method} {real}")
            # Without an example of the document the body itself may not fit, which is said first.
            assert answer.status_code == 404 or (answer.status_code == 400 and not body), (method, real, answer.text)


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "nonsense"},
        {"cursor": "\x00"},
        {"cursor": "ゞ"},
        {"cursor": "MjAxOC0wNS0zMXxL"},
        {"cursor": "x" * 5000},
        {"limit": 0},
        {"limit": 501},
        {"limit": "many"},
        {"limit": 10**30},
        {"state": "lost"},
        {"operator": "NORTH"},
        {"ending_before": "2018-02-30"},
        {"needs_operator": "perhaps"},
        {"line_id": "\x00"},
        {"course": "\x00"},
    ],
)
def test_lists_refuse_what_they_cannot_read(house: House, query: dict[str, Any]) -> None:
    """A wrong cursor, limit or filter is 400, not an empty list and not a 5xx."""
    answer = house.call("GET", "/v1/contracts", **query)
    assert answer.status_code == 400, answer.text
    assert_told_what_is_wrong(answer, str(query))


@pytest.mark.parametrize("day", ["2018-02-30", "yesterday", "0001-01-01", "9999-12-31", "\x00"])
def test_as_of_takes_a_day(house: House, day: str) -> None:
    """What is no Japan day of our years is 400."""
    contract_id = house.active()
    assert house.call("GET", f"/v1/contracts/{contract_id}", as_of=day).status_code == 400
    assert house.call("GET", f"/v1/contracts/{contract_id}", as_of="2017-01-01").status_code == 404


def test_unknown_doors_and_methods(house: House) -> None:
    """A path nobody serves is 404 and a method nobody takes is 405, both as problem documents."""
    for method, path, status in (
        ("GET", "/v1/nothing", 404),
        ("PATCH", "/v1/contracts", 405),
        ("PUT", "/healthz", 405),
    ):
        answer = house.call(method, path)
        assert answer.status_code == status
        assert_told_what_is_wrong(answer, path)


def test_a_misfit_names_its_field_in_japanese_beside_english(house: House) -> None:
    """A day that does not exist, a field nobody asked for, one left out: each by itself, and no value is told back."""
    body = {"channel": "paper", "received_at": "2018-02-30T10:00:00+09:00", "requested_end_month": "geheim"}
    answer = house.call("POST", f"/v1/contracts/{house.active()}/cancellation", body)
    assert answer.status_code == 400
    told = {each["field"]: each["message"] for each in answer.json()["errors"]}
    assert told["received_at"].endswith("ない日時は使えません")
    assert told["requested_end_month"] == "この項目はここでは使えません"
    assert "geheim" not in answer.text
    empty = house.call("POST", "/v1/applications", {}).json()["errors"]
    assert {each["message"] for each in empty} == {"入力が必要です"}
