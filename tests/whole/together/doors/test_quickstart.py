"""The quick starts of the guide are run as they are shown, against a real stack."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from reference.catalogue import ROOT
from reference.client import digest, document

if TYPE_CHECKING:
    from tests.whole.conftest import House

GUIDE = ROOT / "docs" / "guide" / "quickstart.md"
LINES_MAX = 150
"""A page that is read in five minutes."""


def box(heading: str, page: Path = GUIDE) -> str:
    """The code under a heading of a guide, exactly one box."""
    (section,) = re.findall(
        rf"^## {re.escape(heading)}.*?\n(.*?)(?=^## |^---$)", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (code,) = re.findall(r"^```(?:sh|python)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return str(code)


class Lossy(BaseHTTPRequestHandler):
    """A road to the service on which the first answer to an application is lost, after it has been carried out."""

    api: str
    lost: list[str]

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sent = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        answer = httpx.request(self.command, self.api + self.path, content=body, headers=sent, trust_env=False)
        self.close_connection = True
        if self.path.startswith("/v1/applications") and not self.lost:
            self.lost.append(answer.json()["contract_id"])
            return
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = _pass  # noqa: N815  # names of the base class

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def lossy(api: str) -> Iterator[tuple[str, list[str]]]:
    """The address of such a road, and the contracts that were begun without an answer."""
    lost: list[str] = []
    handler = type("Road", (Lossy,), {"api": api, "lost": lost})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", lost
        finally:
            server.shutdown()
            thread.join()


class Reader:
    """Somebody at the top of a repository whose stack runs, doing what the page says."""

    def __init__(self, house: House, folder: Path, api: str) -> None:
        """Its home and its programs where the page has them; only the addresses are those of this stack."""
        (folder / ".keiyaku").symlink_to(house.stack.home)
        (folder / ".venv").mkdir()
        (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
        self._folder = folder
        self._here = {"http://127.0.0.1:8000": api, "127.0.0.1:7233": house.stack.urls.temporal}
        self._before = box("用意")

    def shell(self, script: str, **more: str) -> str:
        """What a script says, after the preparation of the page."""
        whole = f"{self._before}\n{script}"
        for written, here in self._here.items():
            whole = whole.replace(written, here)
        return self._run(["bash", "-euo", "pipefail", "-c", whole], more)

    def python(self, code: str, **more: str) -> str:
        """What a program says, with the typed client at hand as if installed."""
        (self._folder / "quickstart.py").write_text(code, encoding="utf-8")
        return self.shell(f'exec "{sys.executable}" quickstart.py', PYTHONPATH=str(ROOT / "client"), **more)

    def _run(self, command: list[str], more: dict[str, str]) -> str:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("KEIYAKU_", "TEMPORAL_"))}
        ran = subprocess.run(
            command,
            cwd=self._folder,
            env={**env, "PYTHONIOENCODING": "utf-8", "NO_PROXY": "*", **more},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr + ran.stdout
        return ran.stdout


@pytest.fixture
def reader(house: House, tmp_path: Path) -> Reader:
    """At an empty place, with what `make run` leaves there."""
    return Reader(house, tmp_path, house.stack.urls.api)


def test_the_running_service_publishes_what_the_client_was_made_from(house: House) -> None:
    """`/openapi.json` of the process is the document of the code, to which the client is held."""
    assert digest(house.http.get("/openapi.json").json()) == digest(document())


def test_the_page_is_read_in_five_minutes() -> None:
    """It stays short enough to be read, code and all."""
    assert len(GUIDE.read_text(encoding="utf-8").splitlines()) <= LINES_MAX


def test_python_begins_a_contract_once_and_reads_it_among_the_events(house: House, tmp_path: Path) -> None:
    """Though the first answer is lost on the way there is one contract on the line, and its first event is read."""
    with lossy(house.stack.urls.api) as (road, lost):
        told = Reader(house, tmp_path, road).python(box("Python"))
    (contract_id,) = re.findall(r"^accepted (K\w+)$", told, re.MULTILINE)
    assert lost == [contract_id]
    assert f"keiyaku.contract.apply contract/{contract_id}\n" in told
    line_id = house.contract(contract_id)["line_id"]
    assert [each["contract_id"] for each in house.get("/v1/contracts", line_id=line_id)["items"]] == [contract_id]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_one_contract_goes_through_the_other_three_ways_in(house: House, reader: Reader) -> None:
    """Begun with curl, put in service through the SDK, cancelled with the `temporal` command."""
    house.before_the_25th()
    contract_id = reader.shell(box("curl") + '\nprintf "\\n%s" "$CONTRACT"').splitlines()[-1]
    assert house.state(contract_id) == "accepted"

    reader.python(box("Temporal の SDK から"), CONTRACT=contract_id)
    assert house.state(contract_id) == "active"

    reader.shell(box("`temporal` コマンドで"), CONTRACT=contract_id)
    assert house.state(contract_id) == "ending"
    assert house.events(contract_id) == ["apply", "accept", "start_service", "cancel"]
