"""What the shells complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app

ROOT = Path(__file__).parents[2]


def completed(tmp_path: Path, *typed: str) -> list[str]:
    """What bash offers for the last word, asked as it asks when Tab is pressed: by the function it has for the word."""
    program = tmp_path / "keiyaku"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    ask = """
        eval "$(keiyaku completion bash)"
        [[ $(complete -p keiyaku) =~ -F\\ ([^ ]+) ]]
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        "${BASH_REMATCH[1]}" keiyaku
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    command = ["bash", "--norc", "-c", ask, "bash", "keiyaku", *typed]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("tim",), ["timeline"]),
        (("keys", "ro"), ["rotate"]),
        (("events", "--fo"), ["--follow"]),
        (("show", "K1", "--as", "aud"), ["auditor"]),
        (("import", "m"), ["memberships"]),
        (("keys", "create", "au"), ["auditor"]),
        (("do", "K1", "reloc"), ["relocation"]),
    ],
)
def test_bash_completes_what_was_begun(tmp_path: Path, typed: tuple[str, ...], offered: list[str]) -> None:
    """Commands, those below a command, options, and the values of both kinds of parameters."""
    assert completed(tmp_path, *typed) == offered


@pytest.mark.parametrize(("shell", "registers"), [("zsh", "#compdef keiyaku"), ("fish", "complete --command keiyaku")])
def test_the_other_shells_have_a_script_of_their_own(shell: str, registers: str) -> None:
    """Each registers itself in its own way for `keiyaku`, and asks the program as bash does."""
    done = CliRunner().invoke(app, ["completion", shell])
    assert (done.exit_code, done.stdout.startswith(registers)) == (0, True)
    assert f"_KEIYAKU_COMPLETE=complete_{shell}" in done.stdout


def test_a_shell_that_is_not_known_is_typed_wrongly() -> None:
    """No script is better than one that does nothing."""
    assert CliRunner().invoke(app, ["completion", "tcsh"]).exit_code == 2
