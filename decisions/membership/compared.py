"""Tasks about what happened: each is there while that differs from what is due, and about that only (X-05).

What happened stays as it is; what is due follows from all that is known, in whatever order and however late it was
told. A fact told later, a correction or an undo raises such a task and takes it away again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from decisions.domain import Context, RaisedTask
from decisions.membership.changed import Put
from models.messages.club.membership import MembershipState
from models.messages.entity import Task


@dataclass(frozen=True)
class Compared:
    """A task, and what it is about."""

    code: str
    differs: Callable[[MembershipState, Context], frozenset[Hashable]]
    """What differs, each by what it is known by; empty: nothing is left to look at."""
    task: Callable[[MembershipState, Context], dict[str, RaisedTask]]
    """The task, where it is raised."""


@dataclass
class Tasks:
    """What becomes of them."""

    put: dict[str, RaisedTask | Task] = field(default_factory=dict)
    drop: list[str] = field(default_factory=list)

    def __or__(self, other: Tasks) -> Tasks:
        """Both together; no code is in two of them."""
        return Tasks({**self.put, **other.put}, [*self.drop, *other.drop])

    def gone(self) -> dict[str, list[str]]:
        """As part of the `drop` of a patch."""
        return {"tasks": self.drop} if self.drop else {}

    def there(self) -> Put:
        """As part of the `put` of a patch."""
        return {"tasks": self.put} if self.put else {}


def tasks(
    compared: Iterable[Compared],
    before: MembershipState,
    after: MembershipState,
    context: Context,
    *,
    raises: bool = True,
    afresh: bool = False,
) -> Tasks:
    """The tasks as a fact, or one less, leaves them.

    One that an operator has settled comes back for what was not looked at then: what was looked at stays looked at.

    Args:
        compared: the tasks.
        before: the membership as it stood.
        after: by all that is known now, with the tasks that are left of it.
        context: with the log.
        raises: whether anybody looks at what has come to differ.
        afresh: whether whatever differs has to be looked at, not only what has come to.
    """
    found = Tasks()
    for each in compared:
        differs: frozenset[Hashable] = each.differs(after, context)
        if not differs:
            found.drop += [each.code] if each.code in after.tasks else []
        elif each.code not in after.tasks:
            if each.code in before.tasks:
                found.put[each.code] = before.tasks[each.code]
            elif raises and (afresh or differs - each.differs(before, context)):
                found.put |= each.task(after, context)
    return found
