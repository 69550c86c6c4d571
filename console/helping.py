"""Help in the language that is spoken, and what the shell completes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

# Where typer means both to be found; of the second it does not say so to a type checker.
from typer.completion import get_completion_inspect_parameters, get_completion_script  # type: ignore[attr-defined]
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from console import usage
from console.language import language_of, say, speak, spoken
from console.options import speaks
from console.wording.japanese import COMMANDS, PARAMETERS
from service.exits import Exit

PROGRAM = "keiyaku"
_ASKED_BY_SHELL = "_KEIYAKU_COMPLETE"
"""Set by the script of `keiyaku completion` when it asks what could come next."""


class Spoken(TyperGroup):
    """The entry point: settles the language before anything is parsed, since help and complaints speak it, too."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - typer's own
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - typer's own
        **extra: Any,
    ) -> Any:
        """Run as typed."""
        words = sys.argv[1:] if args is None else list(args)
        speak(language_of(words, os.environ))
        _check_readable(words)
        for path, command in every_command(self):
            _translate(path, command)
        if _ASKED_BY_SHELL in os.environ:
            get_completion_inspect_parameters()  # makes the shells known, which typer else does for its own options
        asked_by = complete_var or _ASKED_BY_SHELL
        if not standalone_mode:
            return super().main(words, prog_name, asked_by, standalone_mode, windows_expand_args, **extra)
        try:
            left = super().main(words, prog_name, asked_by, standalone_mode=False, **extra)
        except TyperException as error:
            usage.complain(error)
            left = error.exit_code
        sys.exit(left if isinstance(left, int) else 0)


def _check_readable(words: Sequence[str]) -> None:
    """Bytes that are no text can be a file's name, and nothing else that is typed.

    Raises:
        SystemExit: something typed is no text.
    """
    for each in words:
        if not each.isprintable() and any("\udc80" <= char <= "\udcff" for char in each) and not Path(each).exists():
            shown = each.encode(errors="surrogateescape").decode(errors="replace")
            sys.stderr.write(f"{PROGRAM}: {say('no_text', word=shown)}\n")
            sys.exit(int(Exit.TYPED))


def every_command(root: TyperGroup, path: str = "") -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """The group itself and all below it, by what is typed after `keiyaku`."""
    yield path, root
    for name, command in root.commands.items():
        below = f"{path} {name}".strip()
        if isinstance(command, TyperGroup):
            yield from every_command(command, below)
        elif isinstance(command, TyperCommand):
            yield below, command


def _translate(path: str, command: TyperCommand | TyperGroup) -> None:
    usage.translate(command)
    if spoken() == "ja":
        command.help = COMMANDS.get(path, command.help)
        for each in command.params:
            found = PARAMETERS.get(f"{path} {each.name}".strip()) or PARAMETERS.get(str(each.name))
            if found is not None and hasattr(each, "help"):
                each.help = found
    # Commands write nothing but an example at their end; a group none.
    example = f"{say('example')}{command.epilog}" if command.epilog else ""
    command.epilog = "\n\n".join(filter(None, (say("codes"), example)))


@speaks
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Whose script.")],
) -> None:
    """Print the script that lets a shell complete commands, options and values: eval "$(keiyaku completion bash)"."""
    typer.echo(get_completion_script(prog_name=PROGRAM, complete_var=_ASKED_BY_SHELL, shell=shell))


def add(app: typer.Typer) -> None:
    """Put the command under the entry point."""
    app.command(epilog="keiyaku completion bash")(completion)
