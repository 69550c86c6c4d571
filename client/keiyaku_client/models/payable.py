from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Payable")


@_attrs_define
class Payable:
    """A row of what is owed to NTT, yen with NTT's tax.

    Attributes:
        entry_id (int):
        area (str):
        contract_id (str):
        month (str):
        code (str):
        amount (int):
        reverses (int | None):
        line_charge_id (str):
        articles (list[str]):
        at (datetime.datetime):
    """

    entry_id: int
    area: str
    contract_id: str
    month: str
    code: str
    amount: int
    reverses: int | None
    line_charge_id: str
    articles: list[str]
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entry_id = self.entry_id

        area = self.area

        contract_id = self.contract_id

        month = self.month

        code = self.code

        amount = self.amount

        reverses: int | None
        reverses = self.reverses

        line_charge_id = self.line_charge_id

        articles = self.articles

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entry_id": entry_id,
                "area": area,
                "contract_id": contract_id,
                "month": month,
                "code": code,
                "amount": amount,
                "reverses": reverses,
                "line_charge_id": line_charge_id,
                "articles": articles,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entry_id = d.pop("entry_id")

        area = d.pop("area")

        contract_id = d.pop("contract_id")

        month = d.pop("month")

        code = d.pop("code")

        amount = d.pop("amount")

        def _parse_reverses(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        reverses = _parse_reverses(d.pop("reverses"))

        line_charge_id = d.pop("line_charge_id")

        articles = cast(list[str], d.pop("articles"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        payable = cls(
            entry_id=entry_id,
            area=area,
            contract_id=contract_id,
            month=month,
            code=code,
            amount=amount,
            reverses=reverses,
            line_charge_id=line_charge_id,
            articles=articles,
            at=at,
        )

        payable.additional_properties = d
        return payable

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
