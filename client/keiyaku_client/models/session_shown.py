from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.lot import Lot
    from ..models.session_shown_member import SessionShownMember


T = TypeVar("T", bound="SessionShown")


@_attrs_define
class SessionShown:
    """The member, the balance, the line.

    Attributes:
        member (SessionShownMember):
        balance (int):
        lots (list[Lot]):
        expires_at (datetime.datetime):
    """

    member: SessionShownMember
    balance: int
    lots: list[Lot]
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        member = self.member.to_dict()

        balance = self.balance

        lots = []
        for lots_item_data in self.lots:
            lots_item = lots_item_data.to_dict()
            lots.append(lots_item)

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "member": member,
                "balance": balance,
                "lots": lots,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lot import Lot  # noqa: PLC0415
        from ..models.session_shown_member import SessionShownMember  # noqa: PLC0415

        d = dict(src_dict)
        member = SessionShownMember.from_dict(d.pop("member"))

        balance = d.pop("balance")

        lots = []
        _lots = d.pop("lots")
        for lots_item_data in _lots:
            lots_item = Lot.from_dict(lots_item_data)

            lots.append(lots_item)

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        session_shown = cls(
            member=member,
            balance=balance,
            lots=lots,
            expires_at=expires_at,
        )

        session_shown.additional_properties = d
        return session_shown

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
