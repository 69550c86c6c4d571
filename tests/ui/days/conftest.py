"""One stack for the days of all who work at the desk: its clock and its people belong to one story.

The files are played in the order of their names, each on what the ones before it did, with a browser of its own: left
running for as long as the stack, Playwright's event loop would be in the way of every other test of the process.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.furnished import Furniture
from tests.issuer import Issuer, listening
from tests.ui.conftest import signing_in_at
from tests.whole.conftest import House


@pytest.fixture(scope="package")
def issuer() -> Iterator[Issuer]:
    """An identity provider of this folder's own."""
    with listening() as made:
        yield made


@pytest.fixture(scope="package")
def house(issuer: Issuer, furniture: Furniture) -> Iterator[House]:
    """The stack they share."""
    with signing_in_at(issuer, furniture) as found:
        yield found


@pytest.fixture(scope="package")
def customer(house: House) -> str:
    """A customer with a running minimum term; the name is what the clerk is told."""
    person = {
        "name": "窓口 花子",
        "name_kana": "マドグチ ハナコ",
        "email": "mado@example.com",
        "phone": "090-2222-3333",
    }
    house.active(term=True, applicant=person)
    return "窓口花子 09022223333"
