"""4. A late letter, and what it revises.

A letter arrives on 25 April and is keyed in on 7 May, after a course change of 1 May has taken effect. What counts is
the day it arrived: the rest of the life is decided again from there. Since that costs the customer money, an operator
has to approve it first.
"""

from __future__ import annotations

from docs.examples.life import jst, started

contract = started()
at = jst("2019-04-10 10:00")
contract.ask("request_course_change", at, to_course="DOCOMO", channel="online", received_at=at, change_on="2019-05-01")
contract.pass_to(jst("2019-05-01 00:00"))
assert contract.now.course == "DOCOMO"

# Keyed in late: nothing changes yet. The answer says why somebody has to look at it.
outcome = contract.ask(
    "cancel", jst("2019-05-07 10:00"), channel="paper", received_at=jst("2019-04-25 10:00").isoformat()
)
assert outcome.answer is not None
held = outcome.answer.decision
assert (held["outcome"], held["against"]) == ("needs_approval", ["MORE_MONEY", "EARLIER_END"])
assert (contract.now.course, list(contract.now.tasks)) == ("DOCOMO", ["REVISION_APPROVAL"])

# Approved: the contract ended on 30 April with the course it was written for, and the change falls.
outcome = contract.ask("decide_revision", jst("2019-05-08 10:00"), held_id=held["held_id"], accept=True)
assert outcome.answer is not None
told = outcome.answer.decision
assert [row["was"]["event"] for row in told["revises"] if row["was"]] == ["course_change"]
assert (contract.now.state, str(contract.now.end_on), contract.now.course) == ("ended", "2019-04-30", "W2_FAMILY")
(fee,) = contract.now.charges.values()
assert (fee.state, fee.total) == ("due", 4860)

# What fell is still in the log, voided by an entry that names it.
voided = {number for entry in contract.log for number in entry.voids}
assert [entry.event for entry in contract.log if entry.seq in voided] == ["course_change"]

for row in told["revises"]:
    was, becomes = row["was"], row["becomes"]
    print(f"{was['event'] if was else '-'} → {becomes['event'] if becomes else '取消し'}")
print(f"{contract.now.course}、{contract.now.end_on} 終了、費用 {fee.total} 円")
