from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.outcome_body_outcome import OutcomeBodyOutcome, check_outcome_body_outcome
from ..models.outcome_body_reason_code import (
    OutcomeBodyReasonCode,
    check_outcome_body_reason_code,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="OutcomeBody")


@_attrs_define
class OutcomeBody:
    """What NTT East said of a fee payment that it has not answered, by telephone or letter.

    Attributes:
        reason (str):
        outcome (OutcomeBodyOutcome):
        told_at (datetime.datetime):
        reason_code (OutcomeBodyReasonCode | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
    """

    reason: str
    outcome: OutcomeBodyOutcome
    told_at: datetime.datetime
    reason_code: OutcomeBodyReasonCode | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        outcome: str = self.outcome

        told_at = self.told_at.isoformat()

        reason_code: str | Unset = UNSET
        if not isinstance(self.reason_code, Unset):
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "outcome": outcome,
                "told_at": told_at,
            }
        )
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        outcome = check_outcome_body_outcome(d.pop("outcome"))

        told_at = datetime.datetime.fromisoformat(d.pop("told_at"))

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: OutcomeBodyReasonCode | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_outcome_body_reason_code(_reason_code)

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        outcome_body = cls(
            reason=reason,
            outcome=outcome,
            told_at=told_at,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return outcome_body
