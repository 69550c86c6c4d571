"""The letter that takes earlier ones back: what they said is not so any more (X-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

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


def as_it_stands(message: Outgoing, after: Mapping[str, Any]) -> Outgoing:
    """A letter that takes others back, with how the contract stands now; any other message as it is.

    Args:
        message: about to be sent.
        after: the contract's state as it stands, as stored.
    """
    if message.name != TOLD_AGAIN:
        return message
    now = {name: after[name] for name in ("state", "course", "end_on")}
    if message.data.get("payment_agency") is not None:
        now["payment_agency"] = after["payment_agency"]
    return replace(message, data={**message.data, **now})


def net(told: Sequence[Told]) -> tuple[list[Told], list[Told]]:
    """Of letters that no longer hold: those to be taken back, and those that an own letter took back wrongly.

    What was written and taken back already needs neither.
    """
    written = [each for each in told if each.name != TOLD_AGAIN]
    wrongly = list[Told]()
    for former in (each for correcting in told for each in taken_back(correcting)):
        if former in written:
            written.remove(former)
        else:
            wrongly.append(former)
    return written, wrongly


def taken_back(told: Told) -> list[Told]:
    """The letters that one takes back; empty of any other letter, and of one that names them by kind alone."""
    if told.name != TOLD_AGAIN:
        return []
    return [Told(channel="notice", name=each["kind"], data=each["data"]) for each in told.data.get("letters", ())]
