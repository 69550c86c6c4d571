"""NTT or the storage service does not answer: an operator is told once, and the answer takes the task off (X-05)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from decisions.common.unanswered import is_overdue
from decisions.domain import Context, NotAllowedError
from decisions.filing import status
from decisions.registry import DOMAINS
from models.messages.club.exchange import SEND_FEE_PAYMENT, TELL_MEMBERSHIP
from models.messages.club.membership import REVERT_STORAGE
from models.messages.entity import UNANSWERED, Unanswered
from models.messages.filing import SEND_CORRECTION, SEND_FILING, FilingState


def jst(text: str) -> datetime:
    """A moment in Japan."""
    return datetime.fromisoformat(f"{text}+09:00")


ASKED = jst("2024-05-31 23:59:59")


@pytest.mark.parametrize(
    ("effect", "last_good", "first_late"),
    [
        (SEND_FEE_PAYMENT, "2024-06-05 23:59:59", "2024-06-06 00:00:00"),
        (SEND_FILING, "2024-06-05 23:59:59", "2024-06-06 00:00:00"),
        (SEND_CORRECTION, "2024-06-05 23:59:59", "2024-06-06 00:00:00"),
        (REVERT_STORAGE, "2024-06-02 23:59:59", "2024-06-03 00:00:00"),
    ],
)
def test_silence_is_counted_in_whole_japan_days(effect: str, last_good: str, first_late: str) -> None:
    """Through the last day nobody is disturbed; from the next on an answer is overdue."""
    assert not is_overdue(effect, ASKED, jst(last_good))
    assert is_overdue(effect, ASKED, jst(first_late))


def test_what_asks_nobody_outside_is_never_overdue() -> None:
    """Our own executions are no peer: the healer and the alarms look after them."""
    assert not is_overdue(TELL_MEMBERSHIP, ASKED, jst("2030-01-01 00:00:00"))


def silent(item_id: str, **values: Any) -> Unanswered:
    """What whoever asks in vain says."""
    return Unanswered(op="silent", actor="worker", item_id=item_id, asked_at=ASKED, values=values)


def test_an_order_that_ntt_never_took_is_late_and_is_not_late_again() -> None:
    """It has a row and the task of a late acceptance, and no such milestone once it is sent (F-23)."""
    now = jst("2024-06-06 00:01:00")
    (step,) = status.unanswered(FilingState(), silent(SEND_FILING, filing_id="F1"), Context(now, now))
    assert step.patch.set == {"jeopardy": ["late_accepted"], "filing_id": "F1"}
    assert (list(step.patch.put["tasks"]), list(step.patch.put["agenda"])) == (
        ["LATE_ACCEPTED"],
        ["report_late_accepted"],
    )
    late = FilingState.model_validate({**step.patch.set, "seq": 1, "tasks": step.patch.put["tasks"]})
    with pytest.raises(NotAllowedError):
        status.unanswered(late, silent(SEND_FILING), Context(now, now))
    order = {"filing_id": "F1", "contract_id": "K1", "operator": "EAST", "brand": "NEXT", "service_type": "FAMILY"}
    (sent,) = status.filed(late, status.FileWithCarrier.model_validate(order), Context(ASKED, now))
    assert list(sent.patch.put["agenda"]) == ["late_work_date"]


@pytest.mark.parametrize("kind", ["exchange", "filing", "membership"])
def test_nobody_is_told_of_what_is_asked_no_more(kind: str) -> None:
    """An attempt under way while the answer was keyed in changes nothing."""
    domain = DOMAINS[kind]
    with pytest.raises(NotAllowedError, match="Nothing called"):
        domain.commands[UNANSWERED].decide(domain.state(), silent("gone"), Context(ASKED, ASKED))
