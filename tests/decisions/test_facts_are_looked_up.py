"""Every handler says which facts it needs, and each kind of them is looked up in one place."""

from __future__ import annotations

from decisions.registry import DOMAINS
from store.facts.looked_up import LOOK_UPS


def test_what_a_handler_needs_can_be_looked_up() -> None:
    """No handler names facts that the recorder, a dry run or a read would fail to find."""
    needed = {handler.facts for domain in DOMAINS.values() for handler in domain.commands.values() if handler.facts}
    assert needed == set(LOOK_UPS)
