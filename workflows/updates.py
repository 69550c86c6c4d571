"""Updates made from a table of operations, so that a name, its input and its description are said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.messages.entity import Answer, Command
    from models.operations.operation import Operation, Operations

W = TypeVar("W", bound=type)


def with_updates(operations: Operations) -> Callable[[W], W]:
    """Give an entity's class one update with its validator for every operation of the table."""

    def give(entity: W) -> W:
        for operation in operations.values():
            setattr(entity, operation.name, _update(operation))
        return entity

    return give


def _update(operation: Operation) -> Any:
    async def handle(self: Any, command: Command) -> Answer:
        answer: Answer = await self.carry_out(operation.name, command)
        return answer

    def check(self: Any, command: Command) -> None:
        self.check(operation.name, command)

    # The SDK reads input types from annotations; each update takes its own kind of command.
    handle.__annotations__ = {"command": operation.command, "return": Answer}
    check.__annotations__ = {"command": operation.command, "return": type(None)}
    handle.__name__ = handle.__qualname__ = operation.name
    handle.__doc__ = operation.description
    update = workflow.update(name=operation.name, description=operation.description)(handle)
    update.validator(check)
    return update
