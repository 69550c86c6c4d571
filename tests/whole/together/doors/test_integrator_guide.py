"""The boxes of the integrator's guide are run as they are shown, against a real stack."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from reference.catalogue import ROOT
from tests.whole.together.doors.test_quickstart import Reader, box

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole.conftest import House

PAGE = ROOT / "docs" / "guide" / "integrator.md"
MOMENT = "2019-04-25T10:00:00+09:00"
"""When the letter of the guide arrived."""


@pytest.fixture
def reader(house: House, tmp_path: Path) -> Reader:
    """At an empty place, with what `make run` leaves there."""
    return Reader(house, tmp_path, house.stack.urls.api)


def now(house: House) -> str:
    """The business moment, as a letter that has just arrived."""
    return str(house.get("/v1/clock")["now"])


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_curl_asks_first_and_then_cancels_and_shows_why_it_is_refused(house: House, reader: Reader) -> None:
    """The try changes nothing, the notice ends the contract; a refusal is seen and ends the script."""
    contract_id = house.active()
    script = box("curl", PAGE).replace("K0123", contract_id)
    done = reader.shell(script.replace(MOMENT, now(house)))
    assert done.count('"dry_run":true') == 1
    assert house.state(contract_id) == "ending"
    with pytest.raises(AssertionError, match="ILLEGAL_TRANSITION"):
        reader.shell(script.replace(MOMENT, now(house)))


def test_the_temporal_command_lists_asks_and_cancels(house: House, reader: Reader) -> None:
    """As the box has it, on a contract of this stack."""
    contract_id = house.active()
    reader.shell(box("`temporal` コマンド", PAGE).replace(MOMENT, now(house)), id=contract_id)
    assert house.state(contract_id) == "ending"


def test_every_line_of_the_commands_does_what_it_says(house: House, tmp_path: Path, reader: Reader) -> None:
    """One after the other, with an id, a moment and a cursor of this stack; a line that follows ends by Ctrl-C."""
    contract_id = house.active()
    (cursor,) = house.until(lambda: house.get("/v1/events", limit=1)["items"])
    (tmp_path / "old.ndjson").write_text(json.dumps({}) + "\n", encoding="utf-8")
    code = box("コマンドで", PAGE).replace("K0123", contract_id).replace(MOMENT, now(house))
    code = code.replace("ID", f"'{cursor['id']}'").replace("2018-08-31", house.today.isoformat())
    code = code.replace("山田 太郎", contract_id)
    code = re.sub(r" {2,}#.*$", "", code, flags=re.MULTILINE)
    code = re.sub(r"^(keiyaku events --follow.*)$", r"timeout -s INT 3 \1 || test $? = 124", code, flags=re.MULTILINE)
    code = re.sub(r"^(keiyaku import .*)$", r"\1 || test $? = 7", code, flags=re.MULTILINE)
    resume = "keiyaku request POST /v1/programs/flets-hikari-members-club/resume"
    # The box speaks to the home, by its own keys.
    reader.shell(f"unset KEIYAKU_URL KEIYAKU_KEY\n{code}\n{resume}", PYTHONPATH=str(ROOT))
    assert (tmp_path / "life.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "refused" in (tmp_path / "told.ndjson").read_text(encoding="utf-8")
    assert house.state(contract_id) == "active"
