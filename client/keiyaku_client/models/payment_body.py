from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.payment_body_reason_code_type_0 import (
    PaymentBodyReasonCodeType0,
    check_payment_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PaymentBody")


@_attrs_define
class PaymentBody:
    """What was received for a statement, and when; several may cover one.

    Attributes:
        statement_id (str):
        paid_on (datetime.date):
        amount (int): Yen, tax included.
        reason (None | str | Unset):
        reason_code (None | PaymentBodyReasonCodeType0 | Unset):
        on_behalf_of (None | str | Unset):
    """

    statement_id: str
    paid_on: datetime.date
    amount: int
    reason: None | str | Unset = UNSET
    reason_code: None | PaymentBodyReasonCodeType0 | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        statement_id = self.statement_id

        paid_on = self.paid_on.isoformat()

        amount = self.amount

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
                "statement_id": statement_id,
                "paid_on": paid_on,
                "amount": amount,
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
        statement_id = d.pop("statement_id")

        paid_on = datetime.date.fromisoformat(d.pop("paid_on"))

        amount = d.pop("amount")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> None | PaymentBodyReasonCodeType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_payment_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PaymentBodyReasonCodeType0 | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        payment_body = cls(
            statement_id=statement_id,
            paid_on=paid_on,
            amount=amount,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return payment_body
