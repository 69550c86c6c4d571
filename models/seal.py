"""The seal of a command: that it comes from a door or a worker of ours, and not from whoever reaches Temporal.

Whoever reaches Temporal's frontend can send any update, start any workflow and answer any activity. A seal is a
signature with a secret that never goes there; decide-and-record looks at it before it decides. It binds the entity, the
name, the operation id, the business moment and everything the command says; sent again, it says the same again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from typing import Any

from models.messages.entity import Answer, Command

START = "start"
"""The name under which the command in a workflow's input is sealed."""

_RESULT = "result/"
"""Before the name of a command that an execution makes of an activity's result: no door's seal is one of those."""

_FOUND_LATER = frozenset(
    {"op", "code", "contract_id", "exchange_id", "filing_id", "line_key", "member_id", "person_id", "rollout_id"}
)
"""Fields of a beginning that the workflow fills in from its input; the id of the entity is bound in any case."""

_VERSION = "1"


class Seals:
    """The secrets of our doors; the newest seals, each of them verifies."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Keep keys made of the secrets for this use alone.

        Args:
            secrets: the newest first.

        Raises:
            ValueError: there is none.
        """
        if not secrets:
            message = "no secret to seal commands with"
            raise ValueError(message)
        self._keys = [hmac.digest(each.encode(), b"keiyaku/commands/1", "sha256") for each in secrets]
        self._answers = [hmac.digest(each.encode(), b"keiyaku/answers/1", "sha256") for each in secrets]
        self._places = [hmac.digest(each.encode(), b"keiyaku/places/1", "sha256") for each in secrets]

    def sealed(self, entity_id: str, name: str, command: Command) -> Command:
        """The command with its seal.

        Args:
            entity_id: the workflow id.
            name: of the update, or `START`.
            command: with operation id and moment.
        """
        return command.model_copy(update={"seal": self._seal(self._keys[0], entity_id, name, command)})

    def holds(self, entity_id: str, name: str, command: Command) -> bool:
        """Whether the command bears a seal of ours, and says what was sealed."""
        borne = (command.seal or "").encode()
        return any(hmac.compare_digest(borne, self._seal(key, entity_id, name, command).encode()) for key in self._keys)

    def of_results(self, entity_id: str, commands: Iterable[tuple[str, Command]]) -> dict[str, str]:
        """The seals of what is to be recorded of an activity, by the names of the commands.

        Args:
            entity_id: whose the activity is.
            commands: name and command, as its execution will make them.
        """
        return {name: self._seal(self._keys[0], entity_id, _RESULT + name, command) for name, command in commands}

    def holds_result(self, entity_id: str, name: str, command: Command) -> bool:
        """Whether a worker of ours that carried an effect out says so."""
        return self.holds(entity_id, _RESULT + name, command)

    def of_place(self, work: Sequence[str], place: Sequence[Any]) -> str:
        """The seal of the place that a run has come to, for the attempt that goes on there.

        Args:
            work: what the activity is to do, in words that no other has.
            place: as its heartbeat tells it; JSON.
        """
        return _signed(self._places[0], [list(work), list(place)])

    def holds_place(self, seal: object, work: Sequence[str], place: Sequence[Any]) -> bool:
        """Whether an earlier attempt of the same work has told the place."""
        borne = str(seal).encode()
        said = [list(work), list(place)]
        return any(hmac.compare_digest(borne, _signed(key, said).encode()) for key in self._places)

    def answered(self, entity_id: str, op: str, answer: Answer) -> Answer:
        """An answer with its seal, for the door that waits for that of this operation."""
        return answer.model_copy(update={"seal": _signed(self._answers[0], _told(entity_id, op, answer))})

    def holds_answer(self, entity_id: str, op: str, answer: Answer) -> bool:
        """Whether decide-and-record answered so; an execution that somebody else carries on can say anything."""
        borne, said = (answer.seal or "").encode(), _told(entity_id, op, answer)
        return any(hmac.compare_digest(borne, _signed(key, said).encode()) for key in self._answers)

    @staticmethod
    def _seal(key: bytes, entity_id: str, name: str, command: Command) -> str:
        left_out = {"seal"} | (_FOUND_LATER if name == START else frozenset())
        # What a later release adds with a default changes no seal of this one.
        said = command.model_dump(mode="json", exclude=set(left_out), exclude_defaults=True)
        return _signed(key, [entity_id, name, said])


def _told(entity_id: str, op: str, answer: Answer) -> list[Any]:
    return [entity_id, op, answer.model_dump(mode="json", exclude={"seal"})]


def _signed(key: bytes, said: Any) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"{_VERSION}.{hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"
