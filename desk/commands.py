"""The forms of the desk: which request of the API each sends, with which fields. No rule: the door decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote

from api.doors.fields import ReasonCode
from desk.words import CODES, course_name, plain_date, plain_moment, plain_month, say
from rules import written
from rules.courses.course_catalogue import rows
from rules.explain.articles import Language
from rules.terms import constant, dated

Input = Literal[
    "text", "long", "date", "dates", "moment", "month", "number", "decimal", "entry", "select", "many", "yes", "secret"
]
"""`entry` is a number that is chosen, `many` a choice of several, `dates` several days; a `secret` is never shown."""

Option = tuple[str, str, str]
"""Value, Japanese, English; where both are empty the value is a course."""

COURSES = ("COLLABO", "HIKARI_PLUS", "DOCOMO", "COMSYS", "ZENKO_A", "GIGA_ZENKO_A", "OTHER", "W2_FAMILY", "W2_MANSION")
"""Where a course change may lead; named by the catalogue."""

HIDDEN = "●●●●●●"
"""In place of a password."""

_CHOSEN = frozenset({"select", "entry", "yes", "many"})


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    """With a dot it leads into an object of the body."""
    ja: str
    en: str
    input: Input = "text"
    required: bool = True
    options: tuple[Option, ...] = ()
    source: str = ""
    """What of the owner fills the options, so that nobody types an id."""
    in_path: bool = False
    """It goes into the address instead of the body."""
    max: str = ""
    """`now`: the browser offers nothing later; the door decides."""
    stored: str = ""
    """Where the owner's read has the present value, such as `mail_consents.club`: it stands in the form already."""
    when: str = ""
    """A task that has to wait for the field to be asked at all."""
    among: str = ""
    """Where the owner's read lists what may be chosen: what the door would grant, and nothing else."""

    untouched: str | None = None
    """What stands in it while nobody has touched it; None: now or today where a moment or a day is demanded."""

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en

    def wrong(self, problem: Any, language: Language) -> str:
        """What a refusal says of it, or of the object that it leads into; empty where it says nothing."""
        errors = problem.get("errors", ()) if isinstance(problem, Mapping) else ()
        told = "message" if language == "ja" else "problem"
        return next((str(each.get(told) or each["problem"]) for each in errors if self._is_meant(each["field"])), "")

    def _is_meant(self, place: str) -> bool:
        within = f"{place}.".startswith(f"{self.name}.") or f"{self.name}.".startswith(f"{place}.")
        return within or place.rpartition(".")[2] == self.name

    def shown(self, text: str, language: Language) -> str:
        """What was entered, as people read it; empty for an option that is named elsewhere."""
        if self.input == "many":
            named = (self._named(each, language) or course_name(each, language) for each in text.split())
            return say("comma", language).join(named)
        if self.input in _CHOSEN:
            return self._named(text, language)
        if self.input in {"date", "dates"}:
            return say("comma", language).join(plain_date(each, language) for each in text.split())
        if self.input in {"month", "secret"}:
            return HIDDEN if self.input == "secret" else plain_month(text, language)
        if self.input == "number":
            return f"{int(text):,}" if text.isascii() and text.isdecimal() else text
        return plain_moment(self.read(text), language) if self.input == "moment" else text

    def _named(self, text: str, language: Language) -> str:
        return next((ja if language == "ja" else en for value, ja, en in self.options if value == text), text)

    def read(self, text: str) -> Any:
        """The value as the API takes it; text that does not fit goes as it is, and the door says so."""
        if self.input == "moment":
            return f"{text}:00+09:00" if len(text) == 16 else text
        if self.input in {"number", "entry"}:
            return int(text) if text.lstrip("-").isdecimal() and text.isascii() else text
        if self.input == "yes":
            return text == "true"
        return text.split() if self.input in {"many", "dates"} else text


_BOTH = frozenset({"backoffice", "operator"})


@dataclass(frozen=True)
class Form:
    """One request a person can make of a contract, a member or another thing."""

    name: str
    ja: str
    en: str
    method: Literal["POST", "PUT", "DELETE"]
    path: str
    fields: tuple[Field, ...] = ()
    needs: str | None = None
    """The command that has to be among `allowed`; None: always offered."""
    roles: frozenset[str] = _BOTH
    beside: bool = False
    """Offered beside a row of a page and not among its buttons."""
    rehearses: bool = True
    """Whether the door can decide without doing."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """What the body says beside the fields."""
    otherwise: tuple[str, str, str] | None = None
    """A field, its value, and the form that is meant where it was entered so: the opposite is another request."""
    says: tuple[str, str] | None = None
    """What confirming it means, where the door's answer does not say so."""
    begins: str = ""
    """The name under which the answer has the id of what it began; empty: it is about something there is."""
    listed: str = ""
    """A list in the body whose fields are the amounts of one code each, such as `items` of `items.FLETS`."""
    changed_only: bool = False
    """Only what differs from what is stored is sent."""
    tries: Mapping[str, str] = field(default_factory=dict)
    """With what it is tried to see whether it would be granted; `now` and `today` stand for the business moment."""
    tried_back: tuple[int, ...] = ()
    """It is offered only where that is granted on one of so many days ago: a letter may have lain on a desk."""

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.ja if language == "ja" else self.en

    def address(self, owner: str, form: Mapping[str, str]) -> str:
        """Where it is sent."""
        named = {each.name: quote(form.get(each.name, "").strip(), safe="") for each in self.fields if each.in_path}
        return self.path.format(id=quote(owner, safe=""), **named)

    def body(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """The body from the fields that were filled in; None for a request without one."""
        if self.method == "DELETE":
            return None
        found: dict[str, Any] = dict(self.fixed)
        for each in self.fields:
            text = form.get(each.name, "")
            text = text if each.input == "secret" else text.strip()
            if text and not each.in_path and (self.otherwise is None or each.name != self.otherwise[0]):
                outer, _, inner = each.name.rpartition(".")
                (found.setdefault(outer, {}) if outer else found)[inner] = each.read(text)
        if self.listed:
            amounts = found.get(self.listed, {})
            found[self.listed] = [{"code": code, "amount": amount} for code, amount in amounts.items()]
        return found

    def labels(self, language: Language) -> dict[str, str]:
        """Labels by name; what leads into an object names all fields inside it."""
        found = {each.name: each.label(language) for each in self.fields}
        inside: dict[str, list[str]] = {}
        for each in self.fields:
            if "." in each.name:
                inside.setdefault(each.name.partition(".")[0], []).append(each.label(language))
        mark = "・" if language == "ja" else ", "
        return {**{name: mark.join(labels) for name, labels in inside.items()}, **found}

    def with_options(self, options: Mapping[str, Sequence[Option]]) -> Form:
        """With what the owner has: source → options."""
        filled = (
            replace(each, options=tuple(options[each.source])) if each.source in options else each
            for each in self.fields
        )
        return replace(self, fields=tuple(filled))


def _fixed(name: str) -> tuple[Option, ...]:
    """Options that are the same for everybody."""
    if name == "courses":
        return tuple((code, "", "") for code in COURSES)
    if name == "catalogue":
        # Courses of other books are only where somebody comes from or goes to: nothing is changed for all of them.
        return tuple((code, "", "") for code, course in rows().items() if course["chapter"] is not None)
    if name == "editions":
        days = {*(each.isoformat() for each in constant("wakwak.editions", list[date])), *_listed_general_terms()}
        return tuple((day, plain_date(day, "ja"), plain_date(day, "en")) for day in sorted(days, reverse=True))
    if name == "service_types":
        known = {code: None for period in dated("club.service_types", list[str]).periods for code in period.value}
        return tuple((code, CODES["service_type"][code][0], CODES["service_type"][code][1]) for code in known)
    if name == "supports":
        return tuple((code, said, said) for code, said in constant("club.support_services", dict[str, str]).items())
    words = CODES["reason_code"]
    return tuple((code, *words[code][:2]) for code in get_args(ReasonCode))


def _listed_general_terms() -> Iterator[str]:
    return (
        day.isoformat() for period in dated("application.general_terms", list[date]).periods for day in period.value
    )


def _load(name: str) -> tuple[Form, ...]:
    path = Path(__file__).with_name("forms") / f"{name}.yaml"
    return tuple(_form(row) for row in written.read(path.read_text(encoding="utf-8")))


def _form(row: dict[str, Any]) -> Form:
    fields = tuple(_field(each) for each in row.pop("fields", ()))
    lists: dict[str, Any] = {name: tuple(row.pop(name)) for name in ("otherwise", "says", "tried_back") if name in row}
    return Form(fields=fields, roles=frozenset(row.pop("roles", _BOTH)), **lists, **row)


def _field(row: dict[str, Any]) -> Field:
    options = row.pop("options", ())
    shown = _fixed(options) if isinstance(options, str) else tuple((a, b, c) for a, b, c in options)
    return Field(options=shown or (_fixed("catalogue") if row.get("source") == "catalogue" else ()), **row)


CONTRACT = _load("contract")
MEMBER = _load("member")
FILING = _load("filing")
ROLLOUT = _load("rollout")
EXCHANGE = _load("exchange")
PROGRAM = _load("program")
PERSON = _load("person")[0]


def offered(forms: tuple[Form, ...], allowed: list[str], role: str, *, beside: bool = False) -> list[Form]:
    """What the state and the role offer among the buttons, or beside a row."""
    return [
        form
        for form in forms
        if form.beside is beside and role in form.roles and (form.needs is None or form.needs in allowed)
    ]


def meant(forms: tuple[Form, ...], form: Form, entered: Mapping[str, str]) -> Form:
    """The request that what was entered means: the form's own, or its opposite."""
    if form.otherwise is None or entered.get(form.otherwise[0]) != form.otherwise[1]:
        return form
    return named(forms, form.otherwise[2]) or form


def named(forms: tuple[Form, ...], name: str) -> Form | None:
    """A form by its name."""
    return next((form for form in forms if form.name == name), None)
