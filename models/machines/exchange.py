"""One request to exchange points (ポイント交換)."""

from __future__ import annotations

from statemachine import State, StateMachine


class ExchangeMachine(StateMachine):
    """Filled in and confirmed by the member; points leave at `dispatch` and come back only when it fails (M-09.5)."""

    draft = State(initial=True, value="draft")
    confirmed = State(value="confirmed")
    sent = State(value="sent")
    fulfilled = State(final=True, value="fulfilled")
    failed = State(final=True, value="failed")

    edit = draft.to(draft) | confirmed.to(draft)
    confirm = draft.to(confirmed)
    # Not `send`: that is the library's own word for putting an event in.
    dispatch = confirmed.to(sent)
    fulfil = sent.to(fulfilled)
    fail = sent.to(failed)
