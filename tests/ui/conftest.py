"""A real browser on a real stack: Debian's Chromium driven by Playwright, nothing downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.furnished import Furniture
from tests.issuer import AUDIENCE, CLIENT, SECRET, Issuer, listening
from tests.whole.conftest import House

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

LOOPBACK = {"127.0.0.1", "localhost"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped, and say so."""
    if CHROMIUM is None:
        mark = pytest.mark.skip(reason="no chromium on this machine: apt-get install chromium")
        for item in items:
            if "tests/ui/" in str(item.path):
                item.add_marker(mark)


@dataclass
class Watched:
    """A page, and everything that should not have happened on it."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go somewhere on the house."""
        self.page.goto(self.url + path)

    def watch(self) -> None:
        """Write down console errors, failed requests and whatever would leave this machine."""
        self.page.on("console", lambda said: said.type in {"error", "warning"} and self._complain("console", said.text))
        self.page.on("pageerror", lambda error: self._complain("script", str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", lambda request: self._look(request.url))
        self.page.on("response", lambda answer: answer.status >= 400 and self._complain(str(answer.status), answer.url))

    @contextmanager
    def expecting(self, *statuses: str) -> Iterator[None]:
        """Inside, answers of these statuses are no complaint: the page is refused on purpose, and says so."""
        before = len(self.complaints)
        yield
        kept = [each for each in self.complaints[before:] if not each.startswith(tuple(f"{one}: " for one in statuses))]
        # The browser writes every refused document to its console as well.
        self.complaints[before:] = [each for each in kept if not each.startswith("console: Failed to load resource")]

    def _failed(self, request: Request) -> None:
        """Going on to the next page lets go of what the last one still fetched; that is no fault."""
        if request.failure != "net::ERR_ABORTED":
            self._complain("failed", request.url)

    def _look(self, url: str) -> None:
        if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).hostname not in LOOPBACK:
            self._complain("leaves", url)

    def _complain(self, kind: str, what: str) -> None:
        self.complaints.append(f"{kind}: {what}")


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """An identity provider of this room's own."""
    with listening() as made:
        yield made


@pytest.fixture(scope="module")
def house(issuer: Issuer, furniture: Furniture) -> Iterator[House]:
    """A stack of this room's own, since its clock and its people belong to one story; persons sign in at the issuer."""
    with signing_in_at(issuer, furniture) as found:
        yield found


@contextmanager
def signing_in_at(issuer: Issuer, furniture: Furniture) -> Iterator[House]:
    """A stack whose desk takes the persons of an identity provider."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KEIYAKU_OIDC_ISSUER", issuer.url)
        patch.setenv("KEIYAKU_OIDC_AUDIENCE", AUDIENCE)
        patch.setenv("KEIYAKU_OIDC_CLIENT_ID", CLIENT)
        patch.setenv("KEIYAKU_OIDC_CLIENT_SECRET", SECRET)
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback, without TLS
        with furniture.stack() as background:
            yield House(background)


@pytest.fixture(scope="module")
def browser(house: House) -> Iterator[Browser]:
    """Chromium without a window; after the house, since Playwright leaves its event loop running in this thread."""
    _ = house
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--lang=ja"])
        yield made
        made.close()


@pytest.fixture
def desk(browser: Browser, house: House) -> Iterator[Watched]:
    """A page of a browser of its own; at its end nothing may have been complained of."""
    options: dict[str, Any] = {"locale": "ja-JP", "viewport": {"width": 1180, "height": 900}}
    context = browser.new_context(**options)
    watched = Watched(context.new_page(), house.stack.urls.api)
    watched.watch()
    yield watched
    context.close()
    assert watched.complaints == []
