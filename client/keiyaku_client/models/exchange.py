from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Exchange")


@_attrs_define
class Exchange:
    """A request of a member.

    Attributes:
        exchange_id (str):
        state (str):
        item_id (str):
        kind (str):
        quantity (int):
        points (int):
        email (str):
        phone (str):
        sent_at (datetime.datetime | None):
        allowed (list[str]):
    """

    exchange_id: str
    state: str
    item_id: str
    kind: str
    quantity: int
    points: int
    email: str
    phone: str
    sent_at: datetime.datetime | None
    allowed: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        exchange_id = self.exchange_id

        state = self.state

        item_id = self.item_id

        kind = self.kind

        quantity = self.quantity

        points = self.points

        email = self.email

        phone = self.phone

        sent_at: None | str
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        allowed = self.allowed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "exchange_id": exchange_id,
                "state": state,
                "item_id": item_id,
                "kind": kind,
                "quantity": quantity,
                "points": points,
                "email": email,
                "phone": phone,
                "sent_at": sent_at,
                "allowed": allowed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        exchange_id = d.pop("exchange_id")

        state = d.pop("state")

        item_id = d.pop("item_id")

        kind = d.pop("kind")

        quantity = d.pop("quantity")

        points = d.pop("points")

        email = d.pop("email")

        phone = d.pop("phone")

        def _parse_sent_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                sent_at_type_0 = datetime.datetime.fromisoformat(data)

                return sent_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        sent_at = _parse_sent_at(d.pop("sent_at"))

        allowed = cast(list[str], d.pop("allowed"))

        exchange = cls(
            exchange_id=exchange_id,
            state=state,
            item_id=item_id,
            kind=kind,
            quantity=quantity,
            points=points,
            email=email,
            phone=phone,
            sent_at=sent_at,
            allowed=allowed,
        )

        exchange.additional_properties = d
        return exchange

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
