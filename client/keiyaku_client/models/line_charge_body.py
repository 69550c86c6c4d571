from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="LineChargeBody")


@_attrs_define
class LineChargeBody:
    """One item as NTT bills it.

    Attributes:
        code (str):
        amount (int): Yen as NTT bills it.
    """

    code: str
    amount: int

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        amount = self.amount

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "amount": amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        amount = d.pop("amount")

        line_charge_body = cls(
            code=code,
            amount=amount,
        )

        return line_charge_body
