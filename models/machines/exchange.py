"""One request to exchange points (ポイント交換)."""

from __future__ import annotations

from statemachine import State, StateMachine


class ExchangeMachine(StateMachine):
    """Filled in and confirmed by the member; points leave at `dispatch` and come back only when it fails (M-09.5).

    `reopen` takes back what an operator keyed in of NTT's answer; nothing else is ever taken back (M-09.6, X-05).
    """

    draft = State(initial=True, value="draft")
    confirmed = State(value="confirmed")
    sent = State(value="sent")
    fulfilled = State(value="fulfilled")
    failed = State(value="failed")

    edit = draft.to(draft) | confirmed.to(draft)
    confirm = draft.to(confirmed)
    # Not `send`: that is the library's own word for putting an event in.
    dispatch = confirmed.to(sent)
    fulfil = sent.to(fulfilled)
    fail = sent.to(failed)
    reopen = sent.from_(fulfilled, failed)
