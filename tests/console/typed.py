"""Commands as they are typed, each in a process of its own, all forked from one that has read the code once.

Run as a program: cases as JSON lines on standard input (`words`, `env`), answers as JSON lines on standard output.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
READ = (
    *("cli", "embedded.serve", "service.erase", "service.healing.recover", "service.verify", "service.versions.admin"),
    "store.people.access",
)
"""What the commands would read, each for itself."""


ANSWER_S = 150


@dataclass(frozen=True)
class Typed:
    """How one command ended."""

    returncode: int
    stdout: str
    stderr: str


def typed(cases: Sequence[tuple[Sequence[str], dict[str, str]]]) -> list[Typed]:
    """Every case of words and environment, with nothing else in its environment but where programs are."""
    return [_ask(_program(), list(words), env) for words, env in cases]


@functools.cache
def _program() -> subprocess.Popen[str]:
    """The one that has read the code, for every test of this process; it ends when its input does."""
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.console.typed"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=ROOT, text=True)


def _ask(program: subprocess.Popen[str], words: list[str], env: dict[str, str]) -> Typed:
    assert program.stdin
    assert program.stdout
    program.stdin.write(json.dumps({"words": words, "env": env}) + "\n")
    program.stdin.flush()
    answered, _, _ = select.select([program.stdout], [], [], ANSWER_S)
    assert answered, f"keiyaku {' '.join(words)}: nothing within {ANSWER_S} s"
    return Typed(**json.loads(program.stdout.readline()))


def _forked(words: list[str], env: dict[str, str]) -> Typed:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            _become(words, env, out, err)
        _, status = os.waitpid(pid, 0)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
        return Typed(os.waitstatus_to_exitcode(status), *texts)


def _become(words: list[str], env: dict[str, str], out: IO[bytes], err: IO[bytes]) -> None:
    """The command, in the forked process; never returns."""
    import cli

    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(env)
    sys.argv = ["keiyaku", *words]
    code = 70  # a traceback
    try:
        cli.main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    except BaseException:  # noqa: BLE001  # told on its standard error, as Python would
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _main() -> None:
    for module in READ:
        importlib.import_module(module)
    for line in sys.stdin:
        case = json.loads(line)
        answer = _forked(case["words"], case["env"])
        sys.stdout.write(json.dumps(vars(answer)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
