"""What a scenario file may say: a title, the moment it begins, and steps.

Each step is a mapping with one of the keys of `Step`, and optionally `note`, a sentence for the reader. Note and title
may be in both languages, `{ja: …, en: …}`. `{name}` in any other text stands for the id of the contract that `as: name`
named, `{contract}` for the latest one's, `{name.field}` for a field of its read, such as `{family.line_id}`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, model_validator

from models.said import Said, joined, said, trouble
from rules.explain.articles import misfits

SHIPPED = Path(__file__).parents[1] / "scenarios"

Role = Literal["backoffice", "operator", "auditor", "site"]


class ScenarioError(Exception):
    """The scenario cannot be read or played; the message says what to change."""


class NoScenarioError(ScenarioError):
    """Nothing of that name is there to be played."""


class Part(BaseModel):
    """Base of all parts: a misspelt key is an error, not a wish that is silently dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _sentence(value: Any) -> str:
    """A text, or one in both languages: `{ja: …, en: …}`."""
    if isinstance(value, dict) and set(value) == {"ja", "en"}:
        return Said(str(value["ja"]), str(value["en"]))
    if not isinstance(value, str):
        raise ValueError(said("no_sentence"))  # noqa: TRY004 - pydantic's way to say what is wrong with a value
    return value


Sentence = Annotated[str, PlainValidator(_sentence)]
"""What the reader is told."""


class Asking(Part):
    """What every request may carry."""

    contract: str = "{contract}"
    """Whom it concerns: a name, or an id."""
    refused: str | None = None
    """The code of the refusal that is expected; None: it must be granted."""


class Apply(Part):
    """An application: one that would be accepted, with parts replaced; `line`, `applicant`, `consents` by field."""

    name: str = Field(default="contract", alias="as")
    changes: dict[str, Any] = Field(default_factory=dict, alias="with")
    refused: str | None = None


class ServiceStart(Asking):
    """The first day of service on a line that exists already."""

    on: str


class Cancel(Asking):
    """A cancellation notice."""

    channel: str = "paper"
    received_at: str
    wanted_month: str | None = None


class Undo(Asking):
    """A cancellation taken back."""


class Request(Part):
    """Any request of the interface."""

    path: str
    method: Literal["GET", "POST", "PUT", "DELETE"] = "POST"
    body: Any = None
    key: Role = "operator"
    refused: str | None = None
    name: str | None = Field(default=None, alias="as")
    """Keeps the id in the answer under this name."""
    id_field: str = "contract_id"
    """Where the id stands in the answer; dots lead inwards, such as `lines.0.contract_id` of an import."""


class Notice(Part):
    """A notice of NTT about a line, sent by the stand-in."""

    line: str
    kind: str
    effective_on: str
    details: dict[str, Any] = Field(default_factory=dict)


class Expect(Part):
    """What a read must show: the named fields of a mapping; of a list, every named item, in any order."""

    read: str = "/v1/contracts/{contract}"
    shows: Any
    lacks: dict[str, Any] | None = None
    """An item that none of the read's `items` may show, by its named fields."""


class ClubMembers(Part):
    """Members of the club, generated with every kind of history, and lived through to a day."""

    members: int = Field(ge=1, le=10_000)
    seed: int
    through: str


class Step(Part):
    """One step: exactly one of these besides `note`."""

    note: Sentence | None = None
    advance: str | None = None
    """A date (its 00:00 in Japan) or a timestamp."""
    script: list[dict[str, Any]] | None = None
    """What NTT answers to the filings that follow."""
    apply: Apply | None = None
    service_start: ServiceStart | None = None
    cancel: Cancel | None = None
    undo: Undo | None = None
    post: Request | None = None
    notice: Notice | None = None
    expect: Expect | None = None
    club: ClubMembers | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Step:
        told = self.model_dump(exclude_none=True, exclude={"note"})
        if len(told) > 1:
            raise ValueError(said("step_of_many", names=", ".join(told)))
        if not (told or self.note):
            raise ValueError(said("step_of_none"))
        return self


class Scenario(Part):
    """A story to be played."""

    name: str
    title: Sentence
    clock: str
    """The business moment at which its home begins: a timestamp with an offset."""
    steps: list[Step] = Field(min_length=1, max_length=500)


class _Texts(yaml.SafeLoader):
    """YAML whose dates stay texts, as they are sent."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def shipped() -> dict[str, Scenario]:
    """The scenarios that come with the code, by name."""
    found = [load(str(path)) for path in sorted(SHIPPED.glob("*.yaml"))]
    return {scenario.name: scenario for scenario in found}


def load(name: str) -> Scenario:
    """A shipped scenario by name, or one from a file.

    Raises:
        NoScenarioError: there is none of that name, and no such file.
        ScenarioError: the file says something else; the message names the place.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else SHIPPED / f"{name}.yaml"
    try:
        # A loader of ours on SafeLoader: nothing but plain data comes out of it.
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Texts)  # noqa: S506 - see above
    except FileNotFoundError:
        known = "".join(f"\n  {each.stem}" for each in sorted(SHIPPED.glob("*.yaml")))
        raise NoScenarioError(said("no_scenario", name=name, known=known)) from None
    except OSError as error:
        raise ScenarioError(said("scenario_unreadable", path=path, why=trouble(error))) from None
    except UnicodeDecodeError:
        raise ScenarioError(said("scenario_unreadable", path=path, why=said("no_utf8"))) from None
    except yaml.YAMLError as error:
        raise ScenarioError(said("scenario_no_yaml", path=path, why=_where(error))) from None
    if not isinstance(document, dict):
        raise ScenarioError(said("scenario_no_mapping", path=path))
    try:
        return Scenario.model_validate({"name": path.stem, **document})
    except ValidationError as error:
        raise ScenarioError(said("scenario_misfits", path=path, wrong=_misfits(error))) from None


def _where(error: yaml.YAMLError) -> Said:
    """In one line, where the text stops to be YAML; what is wrong there is in the library's own words."""
    mark, what = getattr(error, "problem_mark", None), getattr(error, "problem", None) or type(error).__name__
    if mark is None:
        return Said(what, what)
    return said("yaml_place", line=mark.line + 1, column=mark.column + 1, what=what)


def _misfits(error: ValidationError) -> Said:
    """The first places that do not fit, and why."""
    words = misfits()
    found: list[Said] = []
    for each in error.errors()[:5]:
        own = each.get("ctx", {}).get("error")
        why = own if own is not None else Said(words.get(each["type"], words["value_error"]), each["msg"])
        found.append(said("misfit", place=".".join(map(str, each["loc"])), why=why))
    return joined(found)
