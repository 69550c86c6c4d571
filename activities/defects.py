"""Past a defect: what failed is found and noted, what did not fail is recorded as ever.

One transaction carries out what is due and decides the command. Where it fails by a defect of ours it is rolled back
whole, and its parts are done one by one (`decisions.common.part_by_part`): each due item in a transaction of its own,
then the command, and what waits for an approval is laid out anew. The part that fails again is noted, with an id that
this worker's log explains.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temporalio.exceptions import ApplicationError

from activities.failures import is_away
from decisions.approval import HOLD, laid_out
from decisions.common.defects import error_id_of
from decisions.common.part_by_part import each_due, each_waiting
from models.actors import WORKER
from models.messages.entity import AgendaItem, DecisionFailed, Recorded, RecordRequest

if TYPE_CHECKING:
    from activities.record import Recorder

log = logging.getLogger(__name__)


def told_of(failed: DecisionFailed) -> str:
    """What the caller is told."""
    return (
        f"{failed.what} could not be decided because of a defect in this service; nothing of it was recorded. "
        f"An operator has been given the task, with error {failed.error_id}."
    )


def past_defect(recorder: Recorder, request: RecordRequest, error: Exception) -> Recorded:
    """Do the parts of a request one by one, noting those that fail; gives the answer, or the refusal of a command.

    Raises:
        ApplicationError: non-retryable, the request itself cannot be read.
        Exception: the database is away, or even the note cannot be written: nothing more was recorded, try again.
    """
    log.info("%s of %s failed (%s): its parts one by one", _what(request), request.entity_id, type(error).__name__)
    each_due(_Recording(recorder, request))
    # What is approved is what was shown, so what fell due is shown before the command; and what that changes, after it.
    each_waiting(_Recording(recorder, request, "before"))
    recorded = _command(recorder, request.model_copy(update={"part": True}))
    if not each_waiting(_Recording(recorder, request, "after")):
        return recorded
    return recorded.model_copy(update={"state": recorder.stands(request.entity_id)})


@dataclass(frozen=True)
class _Recording:
    """Each part in a transaction of its own."""

    recorder: Recorder
    request: RecordRequest
    when: str = ""
    """Tells apart the times at which what waits is laid out for one request."""

    def next_due(self) -> AgendaItem | None:
        return self.recorder.next_due(self.request)

    def waiting(self) -> Sequence[str]:
        return laid_out(self.recorder.stands(self.request.entity_id))

    def carry_out(self, item: AgendaItem) -> None:
        self._alone(until=item.at, item_id=item.item_id)

    def lay_out(self, held_id: str) -> None:
        self._alone(until=None, held_id=held_id)

    def is_defect(self, error: Exception) -> bool:
        return not (is_away(error) or isinstance(error, ApplicationError))

    def set_aside(self, item: AgendaItem, error: Exception) -> None:
        key = f"{item.item_id}/{item.at.isoformat()}/{item.caused_by}/{item.tries}"
        _note(self.recorder, self.request, item.event, key, error, item.item_id)

    def set_aside_held(self, held_id: str, error: Exception) -> None:
        key = f"{held_id}/{self.request.command.get('op')}/{self.request.seq}/{self.when}"
        _note(self.recorder, self.request, HOLD, key, error, held_id=held_id)

    def _alone(self, **part: Any) -> None:
        self.recorder.record(self.request.model_copy(update={"name": None, "command": {}, **part}))


def _command(recorder: Recorder, request: RecordRequest) -> Recorded:
    """What is left of the request once nothing is due any more."""
    try:
        return recorder.record(request)
    except Exception as error:
        if is_away(error) or isinstance(error, ApplicationError):
            raise
        key = f"{request.command.get('op')}/{request.seq}"
        return _note(recorder, request, _what(request), key, error)


def _note(
    recorder: Recorder,
    request: RecordRequest,
    what: str,
    key: str,
    error: Exception,
    item_id: str | None = None,
    held_id: str | None = None,
) -> Recorded:
    """Explain it in the log and note it, without the read rows where it is they that cannot be written."""
    error_id = error_id_of(request.entity_id, what, key)
    log.error("%s: %s of %s failed by a defect", error_id, what, request.entity_id, exc_info=error)
    failed = DecisionFailed(
        op=f"defect/{error_id}", actor=WORKER, what=what, error_id=error_id, item_id=item_id, held_id=held_id
    )
    try:
        return recorder.note(request, failed)
    except Exception as again:
        if is_away(again):
            raise
        log.exception("%s: the read rows of %s cannot be written either", error_id, request.entity_id)
        return recorder.note(request, failed, rows=False)


def lay_out_anew(recorder: Recorder, entity_id: str) -> bool:
    """What waits there is shown with what it comes to by now, as after a run that is no command of the entity's own.

    Returns:
        Whether anything waits there.
    """
    request = RecordRequest(kind=entity_id.partition("/")[0], entity_id=entity_id, seq=0)
    return each_waiting(_Recording(recorder, request, "a run"))


def note_of_run(recorder: Recorder, entity_id: str, what: str, key: str, error: Exception) -> None:
    """A run over many left this one out: noted as a command's defect is, once for each key."""
    request = RecordRequest(kind=entity_id.partition("/")[0], entity_id=entity_id, seq=0)
    _note(recorder, request, what, key, error)


def _what(request: RecordRequest) -> str:
    return request.name or "what is due"
