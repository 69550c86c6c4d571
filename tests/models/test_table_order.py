"""Rows of one flush go in by the full names of their classes: what a row refers to has to come before it."""

from __future__ import annotations

import pytest
from sqlmodel import SQLModel

from models.tables.club.club import Member, PointLot, RenewalEntitlement
from models.tables.club.exchange import Exchange, MemberSession
from models.tables.club.program import StorageDeletion, WindDownTarget
from models.tables.contract.billing import LineCharge, NttPayable, Statement, StatementItem
from models.tables.contract.contract import Contract, LineHold, Notice
from models.tables.log import Entity, PastState, Transition
from models.tables.people import Note, NoticeResend, Person, PersonChange
from models.tables.rollout import Rollout, RolloutTarget


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Contract, LineHold), (Contract, RolloutTarget), (Entity, PastState), (Entity, Transition),
        (LineCharge, NttPayable), (Member, Exchange), (Member, MemberSession), (Member, PointLot),
        (Member, RenewalEntitlement), (Member, StorageDeletion), (Member, WindDownTarget), (Note, Rollout),
        (Notice, NoticeResend), (Person, PersonChange), (PointLot, RenewalEntitlement), (Rollout, RolloutTarget),
        (Statement, StatementItem),
    ],
)  # fmt: skip
def test_a_row_comes_after_what_it_refers_to(first: type[SQLModel], then: type[SQLModel]) -> None:
    """SQLAlchemy orders tables without relationships so; a file or a room that is renamed would change it."""
    assert f"{first.__module__}.{first.__name__}" < f"{then.__module__}.{then.__name__}"
