"""Commands are sealed on their way to Temporal, by every client of ours and whatever sends them."""

from __future__ import annotations

import logging
from typing import Any

from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowHandle,
    WorkflowUpdateHandle,
)

from models.messages.entity import Command, Message
from models.seal import START, Seals
from service.access.keys import KeysError, door_secret
from settings import Settings

log = logging.getLogger(__name__)


def seals_of(settings: Settings) -> Seals | None:
    """The seals of this installation; None where no secret is known, so that nothing is sealed or asked for one.

    Raises:
        KeysError: a keys file is named and cannot be read; going on without it would take everybody's commands.
    """
    try:
        return Seals(door_secret(settings).split())
    except KeysError:
        if settings.keys_file is not None:
            raise
        return None


def asked_for(settings: Settings) -> Seals | None:
    """The seals that decide-and-record asks for; None, said aloud, where it asks for none.

    Raises:
        KeysError: as `seals_of`.
    """
    seals = seals_of(settings) if settings.seals_required else None
    if seals is None:
        log.warning(
            "commands are taken without a seal: whoever reaches Temporal can act as anybody "
            "(KEIYAKU_DOOR_SECRET, KEIYAKU_SEALS_REQUIRED)"
        )
    return seals


class Sealing(Interceptor):
    """Seals the commands of updates, and those in the input of what is started."""

    def __init__(self, seals: Seals) -> None:
        """With the newest secret."""
        self._seals = seals

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - Temporal's name
        """The client with it."""
        return _Sealing(next, self._seals)


class _Sealing(OutboundInterceptor):
    def __init__(self, then: OutboundInterceptor, seals: Seals) -> None:
        super().__init__(then)
        self._seals = seals

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002
        self._seal_beginning(input)
        return await super().start_workflow(input)

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
        input.args = [
            self._seals.sealed(input.id, input.update, each) if isinstance(each, Command) else each
            for each in input.args
        ]
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        self._seal_beginning(input.start_workflow_input)
        return await super().start_update_with_start_workflow(input)

    def _seal_beginning(self, begins: Any) -> None:
        begins.args = [self._beginning(begins.id, each) if isinstance(each, Message) else each for each in begins.args]

    def _beginning(self, entity_id: str, given: Message) -> Message:
        commands = {name: value for name, value in given if isinstance(value, Command)}
        sealed = {name: self._seals.sealed(entity_id, START, value) for name, value in commands.items()}
        return given.model_copy(update=sealed)
