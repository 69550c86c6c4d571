"""The letter that takes earlier ones back: what they said is not so any more (X-05)."""

from __future__ import annotations

from collections.abc import Sequence

from decisions.domain import Outgoing
from models.messages.contract.contract import ContractState
from models.messages.entity import Told

TOLD_AGAIN = "told_again"
"""The kind of it."""


def letter(letters: Sequence[Told | Outgoing], state: ContractState, *, course: str | None = None) -> Outgoing:
    """One letter for all of them, with how the contract stands.

    Args:
        letters: what was written and no longer holds; at least one.
        state: the contract as it stands.
        course: the course it is on, where that is another one than in the state.
    """
    data = {
        "withdrawn": list(dict.fromkeys(each.name for each in letters)),
        "letters": [{"kind": each.name, "data": each.data} for each in letters],
        "state": state.state,
        "course": course or state.course,
        "end_on": state.end_on,
    }
    if state.payment_agency is not None and any(each.name == "direct_billing" for each in letters):
        data["payment_agency"] = state.payment_agency.model_dump(mode="json")
    return Outgoing("notice", TOLD_AGAIN, data)


def net(told: Sequence[Told]) -> tuple[list[Told], list[Told]]:
    """Of letters that no longer hold: those to be taken back, and those that an own letter took back wrongly.

    What was written and taken back already needs neither.
    """
    written = [each for each in told if each.name != TOLD_AGAIN]
    wrongly = list[Told]()
    for each in (one for correcting in told if correcting.name == TOLD_AGAIN for one in correcting.data["letters"]):
        former = Told(channel="notice", name=each["kind"], data=each["data"])
        if former in written:
            written.remove(former)
        else:
            wrongly.append(former)
    return written, wrongly
