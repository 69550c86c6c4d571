"""The help of every command: in both languages, with an example that is true, and the exit codes."""

from __future__ import annotations

import re
import shlex

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from cli import app
from console.helping import every_command
from console.language import language_of
from console.vocabulary import STATES, updates
from console.wording import CODES, FIELDS, PARSER, SENTENCES
from console.wording.japanese import COMMANDS, PARAMETERS
from service.exits import Exit


def root() -> TyperGroup:
    """The entry point as typer builds it."""
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    return found


ALL = dict(every_command(root()))
LEAVES = sorted(path for path, command in ALL.items() if not isinstance(command, TyperGroup))


def helped(path: str, language: str = "en") -> str:
    """What `--help` prints, on a screen wide enough for every line."""
    done = CliRunner().invoke(app, [*path.split(), "--help"], env={"LC_ALL": f"{language}_X", "COLUMNS": "400"})
    assert done.exit_code == 0, done.output
    return done.stdout


def example_of(path: str, language: str = "en") -> str:
    """The last line of the help, without the word before it."""
    last = helped(path, language).strip().splitlines()[-1].strip()
    before = SENTENCES["example"][0 if language == "ja" else 1]
    assert last.startswith(before), last
    return last.removeprefix(before)


def parse(words: list[str]) -> str:
    """Parse what was typed as the entry point would, run nothing, and give the path of the command."""
    command, path, rest = root(), "", words
    while isinstance(command, TyperGroup):
        with command.make_context(path or "keiyaku", list(rest)) as context:
            name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command, path = found, f"{path} {name}".strip()  # type: ignore[assignment]
    command.make_context(path, list(rest))
    return path


@pytest.mark.parametrize("path", LEAVES)
def test_the_example_at_the_end_of_the_help_is_one_of_the_command(path: str) -> None:
    """It parses, and what it runs is the command whose help it ends; in both languages it is the same."""
    program, *words = shlex.split(example_of(path))
    assert program == "keiyaku"
    assert parse(words) == path
    assert example_of(path, "ja") == example_of(path)


def test_every_command_takes_the_language() -> None:
    """After its own name too, groups and servers included: `keiyaku COMMAND --lang en`."""
    lacking = [path for path, one in ALL.items() if not any("--lang" in each.opts for each in one.params)]
    assert lacking == []


def test_an_example_that_does_not_parse_would_be_found() -> None:
    """Parsing refuses an option, a command and a value that are not there."""
    for wrong in (["show", "K1", "--nonsense"], ["nonsense"], ["import", "people", "x.ndjson"], ["show"]):
        with pytest.raises(Exception, match=r"No such|is not one of|Missing parameter"):
            parse(wrong)


def test_the_help_is_in_japanese_to_the_last_option() -> None:
    """Every command and option has Japanese words, none is left over, and English needs to be asked for."""
    spelled = {f"{path} {each.name}".strip(): str(each.name) for path, one in ALL.items() for each in one.params}
    assert set(COMMANDS) == set(ALL)
    assert [path for path, name in spelled.items() if not {path, name} & set(PARAMETERS)] == []
    assert set(PARAMETERS) - set(spelled) - set(spelled.values()) == set()
    for path in ALL:
        ja = helped(path, "ja")
        assert COMMANDS[path].splitlines()[0] in ja
        assert re.search(r"Usage|Options|Arguments|Commands|default|required|Show this", ja) is None, path
        assert not re.search("[ぁ-ん]", helped(path, "en")), path


def test_every_exit_code_stands_in_the_help() -> None:
    """Of the program and of each command, in both languages."""
    for language in ("ja", "en"):
        for path in ALL:
            told = helped(path, language)
            assert all(re.search(rf"[ :]{int(code)} \S", told) for code in Exit), path


@pytest.mark.parametrize(
    ("typed", "environment", "spoken"),
    [
        ([], {}, "ja"),
        ([], {"LANG": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "ja_JP.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, "ja"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ([], {"LANG": "C.UTF-8"}, "ja"),
        ([], {"LANG": "de_DE.UTF-8"}, "ja"),
        (["show", "K1", "--lang", "en"], {"LANG": "ja_JP.UTF-8"}, "en"),
        (["--lang=ja", "show", "K1"], {"LANG": "en_US.UTF-8"}, "ja"),
        (["find", "--", "--lang", "en"], {}, "ja"),
    ],
)
def test_japanese_is_spoken_unless_english_is_asked_for(
    typed: list[str], environment: dict[str, str], spoken: str
) -> None:
    """`--lang` goes before the environment, LC_ALL before LANG, and any other language is answered in Japanese."""
    assert language_of(typed, environment) == spoken


def test_every_word_of_the_commands_is_there_twice() -> None:
    """Neither language has a gap."""
    coded = [*STATES.values(), *CODES.values()]
    pairs = [
        *(pair for table in (SENTENCES, FIELDS, PARSER, updates()) for pair in table.items()),
        *(pair for codes in coded for pair in codes.items()),
    ]
    assert [name for name, pair in pairs if len(pair) != 2 or not all(pair)] == []
    holes = re.compile(r"\{(\w+)")
    assert [name for name, (ja, en) in SENTENCES.items() if set(holes.findall(ja)) != set(holes.findall(en))] == []
