from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="InitialCancellationQuestion")


@_attrs_define
class InitialCancellationQuestion:
    """Was an initial cancellation sent in time?

    Attributes:
        papers_received_on (datetime.date):
        dispatched_on (datetime.date):
    """

    papers_received_on: datetime.date
    dispatched_on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        papers_received_on = self.papers_received_on.isoformat()

        dispatched_on = self.dispatched_on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "papers_received_on": papers_received_on,
                "dispatched_on": dispatched_on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        papers_received_on = datetime.date.fromisoformat(d.pop("papers_received_on"))

        dispatched_on = datetime.date.fromisoformat(d.pop("dispatched_on"))

        initial_cancellation_question = cls(
            papers_received_on=papers_received_on,
            dispatched_on=dispatched_on,
        )

        return initial_cancellation_question
