"""What a command takes, as the running service itself publishes it: so no command is ever out of step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.door import stop
from console.language import say
from console.vocabulary import heading
from service.exits import Exit

METHODS = ("POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Operation:
    """One operation that changes something."""

    method: str
    template: str
    """The path as published, with `{…}` for ids."""
    summary: str
    fields: Mapping[str, frozenset[str]]
    """The JSON types that each field of the body may have."""
    required: frozenset[str]
    dry_run: bool
    """Whether `?dry_run=` is offered."""

    @property
    def signature(self) -> str:
        """Its fields on one line, optional ones in brackets."""
        return " ".join(name if name in self.required else f"[{name}]" for name in self.fields)

    def spelled(self, names: Iterable[str]) -> list[str]:
        """Some of its fields as they are typed, each with what it means: `channel=方法`, `[change_on=変更日]`."""
        typed = ((name, f"{name}={heading(name)}") for name in self.fields if name in set(names))
        return [text if name in self.required else f"[{text}]" for name, text in typed]

    def takes(self, path: str) -> bool:
        """Whether a path is one of this operation."""
        pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(self.template))
        return re.fullmatch(pattern, path) is not None


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of an OpenAPI document that changes something."""
    for template, methods in document["paths"].items():
        for method in METHODS:
            each = methods.get(method.lower())
            if each is None:
                continue
            content = each.get("requestBody", {}).get("content", {}).get("application/json", {})
            body = _body(content.get("schema", {}), document)
            yield Operation(
                method,
                template,
                each.get("summary", ""),
                {name: frozenset(_types(field, document)) for name, field in body.get("properties", {}).items()},
                frozenset(body.get("required", ())),
                any(one.get("name") == "dry_run" for one in each.get("parameters", ())),
            )


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = schema
    while "$ref" in found:
        at: Any = document
        for part in found["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        found = at
    return dict(found)


def _body(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object a body is, null aside."""
    found = _resolved(schema, document)
    for each in found.get("anyOf", ()):
        inner = _resolved(each, document)
        if "properties" in inner:
            return inner
    return found


def _types(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    found = _resolved(schema, document)
    for each in found.get("anyOf", ()):
        yield from _types(each, document)
    if isinstance(found.get("type"), str):
        yield found["type"]
    elif "enum" in found or "const" in found:
        yield "string"


def body_of(words: Sequence[str], operation: Operation) -> dict[str, Any]:
    """`field=value` words as the body of an operation: text as it is, anything else read as JSON.

    Raises:
        typer.Exit: a word is no `field=value`, names no field or one twice, or its value is not of the field's kind.
    """
    body: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in operation.fields or name in body:
            stop(
                Exit.TYPED,
                say("no_field", word=word, signature=" ".join(operation.spelled(operation.fields)) or say("none")),
            )
        if "string" in operation.fields[name]:
            body[name] = value
            continue
        try:
            body[name] = json.loads(value)
        except ValueError:
            stop(Exit.TYPED, say("no_value", name=name, value=value, kinds=" / ".join(sorted(operation.fields[name]))))
    return body
