from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="Charge")


@_attrs_define
class Charge:
    """A charge.

    Attributes:
        charge_id (str):
        code (str):
        money (Money): Yen.
        state (str):
        due_on (datetime.date | None):
        articles (list[str]):
    """

    charge_id: str
    code: str
    money: Money
    state: str
    due_on: datetime.date | None
    articles: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        charge_id = self.charge_id

        code = self.code

        money = self.money.to_dict()

        state = self.state

        due_on: None | str
        if isinstance(self.due_on, datetime.date):
            due_on = self.due_on.isoformat()
        else:
            due_on = self.due_on

        articles = self.articles

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "charge_id": charge_id,
                "code": code,
                "money": money,
                "state": state,
                "due_on": due_on,
                "articles": articles,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        charge_id = d.pop("charge_id")

        code = d.pop("code")

        money = Money.from_dict(d.pop("money"))

        state = d.pop("state")

        def _parse_due_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_on_type_0 = datetime.date.fromisoformat(data)

                return due_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        due_on = _parse_due_on(d.pop("due_on"))

        articles = cast(list[str], d.pop("articles"))

        charge = cls(
            charge_id=charge_id,
            code=code,
            money=money,
            state=state,
            due_on=due_on,
            articles=articles,
        )

        charge.additional_properties = d
        return charge

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
