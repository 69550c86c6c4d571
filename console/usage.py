"""What the parser of the command line says itself, usage, headings and complaints, in the language that is spoken."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from console.language import pick, say, spoken
from console.wording import PARSER
from rules.explain.articles import misfits

_QUOTED = re.compile(r"'([^']*)'")


class _Formatter(typer.Context.formatter_class):  # type: ignore[misc, valid-type]  # the class has no public name
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or say("usage"))


class _Context(typer.Context):
    formatter_class = _Formatter


def translate(command: TyperCommand | TyperGroup) -> None:
    """Make a command's usage, and the headings of all help, speak the spoken language."""
    command.context_class = _Context
    command.options_metavar = say("options_metavar")
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = say("subcommand_metavar")
    own = command.get_help_option(_Context(command))
    if own is not None:
        own.help = say("help_option")
    for name, pair in PARSER.items():
        setattr(rich_utils, name, pick(pair))


def complain(error: TyperException) -> None:
    """Say on standard error what was typed wrongly, and where help is."""
    context: typer.Context | None = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return  # the help has been printed
    sys.stderr.write(f"keiyaku: {said(error)}\n")
    if context is not None:
        sys.stderr.write(f"{context.get_usage()}\n{say('see_help', command=context.command_path)}\n")


def said(error: TyperException) -> str:
    """What is wrong, in one sentence. The parser itself knows English alone; of what it may yet learn, only that."""
    if spoken() == "en":
        return error.format_message().removesuffix(".")
    told = _OF_KIND.get(type(error).__name__, _of_a_sentence)
    return told(error)


def _no_option(error: Any) -> str:
    return say("no_such_option", name=error.option_name) + _near(error.possibilities or ())


def _option(error: Any) -> str:
    return say("takes_no_value" if "does not take" in error.message else "needs_value", name=error.option_name)


def _of_a_sentence(error: TyperException) -> str:
    """Complaints that are of no kind of their own, by how they begin."""
    text = error.format_message()
    named = _QUOTED.findall(text)
    if text.startswith("No such command"):
        return say("no_such_command", name=named[0]) + _near(named[1:])
    if text.startswith("Got unexpected"):
        return say("too_much", words=text.partition("(s) ")[2].strip("()"))
    return say("command_missing" if text.startswith("Missing command") else "typed_wrongly")


_OF_KIND: Mapping[str, Callable[[Any], str]] = {
    "NoSuchOption": _no_option,
    "MissingParameter": lambda error: say("parameter_missing", name=_named(error)),
    "BadOptionUsage": _option,
    "BadParameter": lambda error: say("bad_parameter", name=_named(error), why=_why(error)),
}


def _near(names: Iterable[str]) -> str:
    near = ", ".join(sorted(names))
    return say("near", names=near) if near else ""


def _named(error: Any) -> str:
    param = getattr(error, "param", None)
    return str(param.get_error_hint()).strip("'") if param is not None else ""


def _why(error: TyperException) -> str:
    """What does not fit: the choices there are, or the kind of misfit as the service tells it of a field."""
    _, one_of, choices = str(error.message).partition(" is not one of ")
    if one_of:
        return say("one_of", choices=", ".join(_QUOTED.findall(choices)))
    cause: Any = error.__cause__
    first: dict[str, Any] = next(iter(cause.errors()), {}) if hasattr(cause, "errors") else {}
    text = misfits().get(str(first.get("type")), say("does_not_fit"))
    bounds = {name: found for name, found in first.get("ctx", {}).items() if name in ("ge", "gt", "le", "lt")}
    return text + "".join(say(f"bound_{name}", bound=f"{found:g}") for name, found in bounds.items())
