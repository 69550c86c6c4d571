"""One stack for what kills and pauses it: it has to stand all of that, one after the other."""

from __future__ import annotations

from tests.whole.conftest import house_of_the_folder as fresh_house

__all__ = ["fresh_house"]
