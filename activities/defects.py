"""Past a defect: what failed is found and noted, what did not fail is recorded as ever.

One transaction carries out what is due and decides the command. Where it fails by a defect of ours it is rolled back
whole, and its parts are done one by one here: each due item in a transaction of its own, then the command, and what
waits for an approval is laid out anew. The part that fails again is noted, with an id that this worker's log explains.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from temporalio.exceptions import ApplicationError

from activities.failures import is_away
from decisions.approval import HOLD, laid_out
from decisions.common.defects import error_id_of
from decisions.walk import DUE_ITEMS_MAX
from models.actors import WORKER
from models.messages.entity import AgendaItem, DecisionFailed, Recorded, RecordRequest

if TYPE_CHECKING:
    from activities.record import Recorder

log = logging.getLogger(__name__)


class EndlessMomentError(RuntimeError):
    """Items at one moment bring up new ones without end."""


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
    _all_due(recorder, request)
    # What is approved is what was shown, so what fell due is shown before the command; and what that changes, after it.
    _waiting(recorder, request, "before")
    recorded = _command(recorder, request.model_copy(update={"part": True}))
    if not _waiting(recorder, request, "after"):
        return recorded
    return recorded.model_copy(update={"state": recorder.stands(request.entity_id)})


def _all_due(recorder: Recorder, request: RecordRequest) -> None:
    for _ in range(DUE_ITEMS_MAX):
        item = recorder.next_due(request)
        if item is None:
            return
        _due(recorder, request, item)
    endless = recorder.next_due(request)
    if endless is not None:
        _set_aside(recorder, request, endless, EndlessMomentError(f"more than {DUE_ITEMS_MAX} items due"))


def _waiting(recorder: Recorder, request: RecordRequest, when: str) -> bool:
    """Lay out anew what waits for an approval, each alone; whether anything does."""
    waiting = laid_out(recorder.stands(request.entity_id))
    for held_id in waiting:
        alone: dict[str, Any] = {"name": None, "command": {}, "until": None, "held_id": held_id}
        try:
            recorder.record(request.model_copy(update=alone))
        except Exception as error:
            if is_away(error) or isinstance(error, ApplicationError):
                raise
            key = f"{held_id}/{request.command.get('op')}/{request.seq}/{when}"
            _note(recorder, request, HOLD, key, error, held_id=held_id)
    return bool(waiting)


def _due(recorder: Recorder, request: RecordRequest, item: AgendaItem) -> None:
    alone: dict[str, Any] = {"name": None, "command": {}, "until": item.at, "item_id": item.item_id}
    try:
        recorder.record(request.model_copy(update=alone))
    except Exception as error:
        if is_away(error) or isinstance(error, ApplicationError):
            raise
        _set_aside(recorder, request, item, error)


def _set_aside(recorder: Recorder, request: RecordRequest, item: AgendaItem, error: Exception) -> None:
    key = f"{item.item_id}/{item.at.isoformat()}/{item.caused_by}/{item.tries}"
    _note(recorder, request, item.event, key, error, item.item_id)


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
    return _waiting(recorder, RecordRequest(kind=entity_id.partition("/")[0], entity_id=entity_id, seq=0), "a run")


def note_of_run(recorder: Recorder, entity_id: str, what: str, key: str, error: Exception) -> None:
    """A run over many left this one out: noted as a command's defect is, once for each key."""
    request = RecordRequest(kind=entity_id.partition("/")[0], entity_id=entity_id, seq=0)
    _note(recorder, request, what, key, error)


def _what(request: RecordRequest) -> str:
    return request.name or "what is due"
