"""The page of capacity says what the simulation gives, and the simulation tells more from less."""

from __future__ import annotations

from bench.simulate import PAGE, Plan, play, tables


def test_the_page_carries_the_tables() -> None:
    """`python -m bench.simulate --write` brings it up to date."""
    page = PAGE.read_text(encoding="utf-8")
    for table in tables():
        assert table in page


def test_more_workers_are_sooner_done_and_a_spread_frees_the_doors() -> None:
    """The two things the page advises with."""
    one, four, spread = play(Plan(1, 4, 0)), play(Plan(4, 8, 0)), play(Plan(1, 4, 900))
    assert one.whole > 2 * four.whole
    assert spread.command_p99 * 100 < one.command_p99
