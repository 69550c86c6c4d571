from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.statement_items_item import StatementItemsItem


T = TypeVar("T", bound="Statement")


@_attrs_define
class Statement:
    """A monthly statement.

    Attributes:
        statement_id (str):
        month (str):
        due_on (datetime.date):
        state (str):
        money (Money): Yen.
        paid (int):
        owed (int):
        items (list[StatementItemsItem]):
    """

    statement_id: str
    month: str
    due_on: datetime.date
    state: str
    money: Money
    paid: int
    owed: int
    items: list[StatementItemsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        statement_id = self.statement_id

        month = self.month

        due_on = self.due_on.isoformat()

        state = self.state

        money = self.money.to_dict()

        paid = self.paid

        owed = self.owed

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "statement_id": statement_id,
                "month": month,
                "due_on": due_on,
                "state": state,
                "money": money,
                "paid": paid,
                "owed": owed,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415
        from ..models.statement_items_item import StatementItemsItem  # noqa: PLC0415

        d = dict(src_dict)
        statement_id = d.pop("statement_id")

        month = d.pop("month")

        due_on = datetime.date.fromisoformat(d.pop("due_on"))

        state = d.pop("state")

        money = Money.from_dict(d.pop("money"))

        paid = d.pop("paid")

        owed = d.pop("owed")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = StatementItemsItem.from_dict(items_item_data)

            items.append(items_item)

        statement = cls(
            statement_id=statement_id,
            month=month,
            due_on=due_on,
            state=state,
            money=money,
            paid=paid,
            owed=owed,
            items=items,
        )

        statement.additional_properties = d
        return statement

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
