from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.benefit_body_reason_code_type_0 import (
    BenefitBodyReasonCodeType0,
    check_benefit_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="BenefitBody")


@_attrs_define
class BenefitBody:
    """A benefit's own term and fee; `fee` is yen, tax-exclusive. The benefit terms are the reason; more may be said.

    Attributes:
        benefit_id (str):
        minimum_months (int):
        fee (int):
        from_on (datetime.date):
        reason (None | str | Unset):
        reason_code (BenefitBodyReasonCodeType0 | None | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
    """

    benefit_id: str
    minimum_months: int
    fee: int
    from_on: datetime.date
    reason: None | str | Unset = UNSET
    reason_code: BenefitBodyReasonCodeType0 | None | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        benefit_id = self.benefit_id

        minimum_months = self.minimum_months

        fee = self.fee

        from_on = self.from_on.isoformat()

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        reason_code: None | str | Unset
        if isinstance(self.reason_code, Unset):
            reason_code = UNSET
        elif isinstance(self.reason_code, str):
            reason_code = self.reason_code
        else:
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "benefit_id": benefit_id,
                "minimum_months": minimum_months,
                "fee": fee,
                "from_on": from_on,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        benefit_id = d.pop("benefit_id")

        minimum_months = d.pop("minimum_months")

        fee = d.pop("fee")

        from_on = datetime.date.fromisoformat(d.pop("from_on"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> BenefitBodyReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_benefit_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BenefitBodyReasonCodeType0 | None | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        benefit_body = cls(
            benefit_id=benefit_id,
            minimum_months=minimum_months,
            fee=fee,
            from_on=from_on,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return benefit_body
