"""3. A whole life in the pure engine: applied, in service, cancelled, taken back, cancelled again, ended.

Time is a number that is handed in. The log alone gives the state, for any day.
"""

from __future__ import annotations

from datetime import date

from decisions.contract.domain import CONTRACT
from decisions.fold import fold
from decisions.reading import as_of
from docs.examples.life import Life, NothingOwed, jst, started
from models.messages.contract.contract import ContractState
from rules.calendar import end_of


def state_on(life: Life, day: str) -> str | None:
    """The state at the end of a Japan day."""
    found = as_of(CONTRACT, life.log, end_of(date.fromisoformat(day)), NothingOwed())
    return None if found is None else str(found["state"])


contract = started()
assert contract.now.minimum_term is not None
assert str(contract.now.minimum_term.end_on) == "2020-05-31"

# Taken back before it takes effect: as if it had never been asked for, but both stay in the log.
at = jst("2019-04-25 10:00")
contract.ask("cancel", at, channel="paper", received_at=at)
contract.ask("undo_cancellation", jst("2019-04-30 23:59"))
assert (contract.now.state, contract.now.charges) == ("active", {})

# The next one comes after the 25th: it ends with the following month, the last of the minimum term. No fee.
at = jst("2020-04-26 10:00")
contract.ask("cancel", at, channel="online", received_at=at)
contract.pass_to(jst("2020-06-01 00:00"))
assert (contract.now.state, str(contract.now.end_on), contract.now.charges) == ("ended", "2020-05-31", {})

# Any day can be asked for. On its last day a contract is in force.
days = ["2018-05-19", "2018-05-20", "2018-06-12", "2020-04-26", "2020-05-31", "2020-06-01"]
states = [state_on(contract, day) for day in days]
assert states == [None, "accepted", "active", "ending", "ending", "ended"]

# Nothing else is kept: the state is the fold of the log.
assert fold(ContractState().model_dump(mode="json"), contract.log) == contract.state

for day, state in zip(days, states, strict=True):
    print(f"{day}  {state or '-'}")
for entry in contract.log:
    print(f"{entry.seq}  {entry.event:<18} {entry.effective_on}  {', '.join(entry.articles)}")
