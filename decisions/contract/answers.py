"""Which fact an answer, or the word of an effect, was about: taken out, that fact takes its answers along."""

from __future__ import annotations

from collections.abc import Sequence

from decisions.contract.course.course_change import EVENT
from models.messages.contract.billing import CreditLeft
from models.messages.contract.changes import DecideCourseChange, DecideFee
from models.messages.contract.notices import SettleTask
from models.messages.entity import EffectDone, Entry


def about_change(command: DecideCourseChange, gone: Sequence[Entry]) -> bool:
    """The application for the change was taken out."""
    _ = command
    return any(entry.event == EVENT for entry in gone)


def about_charge(command: DecideFee, gone: Sequence[Entry]) -> bool:
    """What raised the charge was taken out."""
    return any(command.charge_id in entry.patch.put.get("charges", {}) for entry in gone)


def about_task(command: SettleTask, gone: Sequence[Entry]) -> bool:
    """What asked an operator was taken out."""
    return any(command.why in entry.patch.put.get("tasks", {}) for entry in gone)


def about_end(command: CreditLeft, gone: Sequence[Entry]) -> bool:
    """What ended the contract was taken out: what is owed back goes to its next statements, or has been paid out."""
    _ = command
    return any(entry.to_state == "ended" for entry in gone)


def about_effect(command: EffectDone, gone: Sequence[Entry]) -> bool:
    """What asked for the effect was taken out."""
    return any(command.item_id in entry.patch.put.get("agenda", {}) for entry in gone)
