"""Everything that can happen to a rollout, by name."""

from __future__ import annotations

from decisions.common import closing, defects, settling
from decisions.domain import Domain, Handler
from decisions.rollout import progress
from decisions.rollout.facts import RolloutKnown
from models.machines.rollout import RolloutMachine
from models.messages import rollout as messages
from models.messages.entity import Command, EffectDone
from models.operations.rollout import OPERATIONS

ROLLOUT: Domain[messages.RolloutState, object] = Domain(
    kind="rollout",
    state=messages.RolloutState,
    machine=RolloutMachine,
    commands={
        "announce": Handler(progress.announce, messages.Announce),
        "pause": Handler(progress.pause, Command),
        "resume": closing.while_asked(Handler(progress.resume, messages.ResumeRollout)),
        "effect_done": closing.while_asked(Handler(progress.page_done, EffectDone, facts=RolloutKnown)),
        **defects.COMMANDS,
        **settling.COMMANDS,
    },
    due={"notify": progress.notify, "start": progress.start, **defects.DUE},
    operations=OPERATIONS,
    closes=closing.once_answered({"finished"}),
)
