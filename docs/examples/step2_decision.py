"""2. A decision: one command meets one state, and becomes an entry, a plan, a charge and a letter.

Nothing is written anywhere: the engine is a function from state, command and moment to what is to be recorded.
"""

from __future__ import annotations

from docs.examples.life import jst, started

contract = started()
at = jst("2019-04-25 10:00")
outcome = contract.ask("cancel", at, channel="paper", received_at=at)

# What the caller is told.
assert outcome.answer is not None
told = outcome.answer.decision
assert (told["outcome"], told["effective_on"]) == ("accepted", "2019-04-30")
assert "W-10.2" in told["articles"]

# What was recorded: one entry, and in the state what happens next by itself and what it will cost.
(entry,) = outcome.entries
assert (entry.event, entry.from_state, entry.to_state) == ("cancel", "active", "ending")
assert str(contract.now.agenda["end"].on) == "2019-04-30"
(charge,) = contract.now.charges.values()
assert (charge.state, charge.amount, charge.total) == ("planned", 4500, 4860)

# What goes out, once the transaction is committed.
letters = [message.name for _, message in outcome.outgoing if message.channel == "notice"]
assert letters == ["cancellation_accepted"]

# What a state does not allow is refused as a value, with what is allowed instead.
refused = contract.ask("start_service", jst("2019-04-25 11:00"), service_start_on="2019-04-25").refused
assert refused is not None
assert (refused.status, refused.code, refused.state) == (409, "ILLEGAL_TRANSITION", "ending")
assert "undo_cancellation" in refused.allowed

print(f"{told['effective_on']} まで、費用 {charge.total} 円({charge.state})、お知らせ {', '.join(letters)}")
