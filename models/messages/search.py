"""Search attributes: what lists in the Web UI are searched by. Changing one costs an event, so only on change."""

from __future__ import annotations

from datetime import UTC, date, datetime

from temporalio.common import SearchAttributeKey

CONTRACT_STATE = SearchAttributeKey.for_keyword("ContractState")
COURSE = SearchAttributeKey.for_keyword("Course")
LINE_OPERATOR = SearchAttributeKey.for_keyword("LineOperator")
FILING_STATE = SearchAttributeKey.for_keyword("FilingState")
CLUB_STATE = SearchAttributeKey.for_keyword("ClubState")
ROLLOUT_STATE = SearchAttributeKey.for_keyword("RolloutState")
ENDS_ON = SearchAttributeKey.for_datetime("EndsOn")
NEXT_ACTION_ON = SearchAttributeKey.for_datetime("NextActionOn")
NEEDS_OPERATOR = SearchAttributeKey.for_bool("NeedsOperator")


def noon(day: date) -> datetime:
    """A date as a search attribute: noon in Japan, so that most readers' clocks show the same day."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
