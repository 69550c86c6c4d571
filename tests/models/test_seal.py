"""The seal of a command binds all it says, whose it is and who sealed it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.messages.contract.contract import Apply, Cancel, Consents, LineFacts
from models.seal import START, Seals

AT = datetime(2018, 6, 13, 1, tzinfo=UTC)
ENTITY = "contract/K1"
SEALS = Seals(["new secret", "old secret"])


def command(**changes: Any) -> Cancel:
    return Cancel(**{"op": "o1", "at": AT, "actor": "clerk", "channel": "paper", "received_at": AT, **changes})


def sent(given: Cancel) -> Cancel:
    """As it comes out of Temporal."""
    return Cancel.model_validate_json(given.model_dump_json())


def test_a_sealed_command_holds_when_it_arrives() -> None:
    """Through JSON and back, also by a door that still has the secret being replaced."""
    assert SEALS.holds(ENTITY, "cancel", sent(SEALS.sealed(ENTITY, "cancel", command())))
    assert SEALS.holds(ENTITY, "cancel", sent(Seals(["old secret"]).sealed(ENTITY, "cancel", command())))
    assert not SEALS.holds(ENTITY, "cancel", sent(Seals(["another"]).sealed(ENTITY, "cancel", command())))
    assert not SEALS.holds(ENTITY, "cancel", command())


@pytest.mark.parametrize(
    "changed",
    [
        {"op": "o2"},
        {"at": datetime(2018, 6, 13, 2, tzinfo=UTC)},
        {"actor": "chief"},
        {"approved": True},
        {"on_behalf_of": "somebody"},
        {"channel": "online"},
        {"received_at": datetime(2018, 5, 13, tzinfo=UTC)},
        {"note_id": "n1"},
        {"seal": "1.0"},
        {"seal": ""},
    ],
)
def test_whatever_is_changed_breaks_it(changed: dict[str, Any]) -> None:
    """The operation id too: a captured command sent again is the same command, which is carried out once."""
    sealed = SEALS.sealed(ENTITY, "cancel", command())
    assert not SEALS.holds(ENTITY, "cancel", sealed.model_copy(update=changed))


@pytest.mark.parametrize(
    ("entity", "name"), [("contract/K2", "cancel"), (ENTITY, "undo_cancellation"), (ENTITY, START)]
)
def test_it_is_of_one_entity_and_one_name(entity: str, name: str) -> None:
    """Sent to another contract, or as another update, it is no seal."""
    assert not SEALS.holds(entity, name, SEALS.sealed(ENTITY, "cancel", command()))


def test_what_a_beginning_is_given_by_its_workflow_breaks_nothing() -> None:
    """Ids and operation id come from the input; what is applied for is bound."""
    consents = Consents(general_terms="2017-06-01", course_terms="2017-06-01", carrier_terms="EAST-2017")
    apply = Apply(
        course="W2_FAMILY", channel="online", received_at=AT, line=LineFacts(carrier_area="EAST"), consents=consents
    )
    begun = SEALS.sealed(ENTITY, START, apply).model_copy(
        update={"op": "apply/K1", "contract_id": "K1", "line_key": "L1"}
    )
    assert SEALS.holds(ENTITY, START, begun)
    assert not SEALS.holds(ENTITY, START, begun.model_copy(update={"course": "W2_MANSION"}))


def test_without_a_secret_there_are_no_seals() -> None:
    """An empty list of secrets is a mistake of the settings, not a key."""
    with pytest.raises(ValueError, match="no secret"):
        Seals([])
