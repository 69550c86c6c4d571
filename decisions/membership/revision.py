"""When what is told late, undone or corrected is against a member: it waits for an operator (X-05)."""

from __future__ import annotations

from decisions.domain import Revision
from decisions.membership.facts import MembershipStanding
from models.messages.club.membership import MembershipState


def against(before: MembershipState, after: MembershipState) -> list[str]:
    """Why the life after is worse for the member: points end earlier, or a bonus that stood is not earned."""
    found = []
    through, was = after.usable_through, before.usable_through
    if through is not None and (was is None or through < was):
        found.append("EARLIER_END")
    earned = {key for key, each in after.renewals.items() if each.state in _EARNED}
    if any(each.state in _EARNED and key not in earned for key, each in before.renewals.items()):
        found.append("FEWER_POINTS")
    return found


_EARNED = frozenset({"open", "booked"})
"""States of a renewal that has earned its bonus, or still may."""

REVISION: Revision[MembershipState, MembershipStanding] = Revision(against=against)
