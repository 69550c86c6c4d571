"""One stack whose clock moves over many months: bills, notices of NTT and what follows them."""

from __future__ import annotations

from tests.whole.conftest import house_of_the_folder as fresh_house

__all__ = ["fresh_house"]
