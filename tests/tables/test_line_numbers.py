"""Numbers that an earlier release kept as they were written."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from sqlmodel import Session

from models.tables.contract.filing import CarrierMessage
from models.tables.people import Line

MIGRATION = importlib.import_module("migrations.versions.0025_one_form_of_line_numbers")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_numbers_of_earlier_releases_take_their_one_form(club_engine: Engine) -> None:
    """Each is rewritten, with the messages that name it; of two that are one the later stays and is named."""
    kept = {"LOLD1": "caf-770-0001", "LOLD2": "CAF7700002", "LOLD3": "Caf-7700002", "LOLD4": "erased-LOLD4"}
    with Session(club_engine) as session, session.begin():
        for number, (line_key, line_id) in enumerate(kept.items()):
            at = NOW + timedelta(days=number)
            session.add(Line(line_key=line_key, line_id=line_id, operator="EAST", created_at=at))
        session.add(
            CarrierMessage(
                message_id="notice/SPELT", direction="in", kind="LINE_CHANGE", body={"line_id": "caf-770-0001"},
                at=NOW, recorded_at=NOW, done=True,
            )
        )  # fmt: skip
    for _ in range(2):
        with club_engine.begin() as connection:
            assert MIGRATION.one_form(connection) == ["LOLD3"]
    with Session(club_engine) as session:
        rows = session.execute(text("select line_key, line_id from line where line_key like 'LOLD%'"))
        found = {row.line_key: row.line_id for row in rows}
        assert session.get_one(CarrierMessage, "notice/SPELT").body == {"line_id": "CAF7700001"}
    assert found == {**kept, "LOLD1": "CAF7700001"}
