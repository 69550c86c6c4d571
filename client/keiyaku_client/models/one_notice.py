from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.one_notice_resent_item import OneNoticeResentItem
    from ..models.sent import Sent


T = TypeVar("T", bound="OneNotice")


@_attrs_define
class OneNotice:
    """A letter, and whose it is.

    Attributes:
        notice_id (str):
        entity_id (str):
        kind (str):
        subject (str):
        body (str):
        sent (Sent): When each channel delivered.
        resent (list[OneNoticeResentItem]):
        listed_with (str):
        announced_at (datetime.datetime | None | Unset):
    """

    notice_id: str
    entity_id: str
    kind: str
    subject: str
    body: str
    sent: Sent
    resent: list[OneNoticeResentItem]
    listed_with: str
    announced_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        notice_id = self.notice_id

        entity_id = self.entity_id

        kind = self.kind

        subject = self.subject

        body = self.body

        sent = self.sent.to_dict()

        resent = []
        for resent_item_data in self.resent:
            resent_item = resent_item_data.to_dict()
            resent.append(resent_item)

        listed_with = self.listed_with

        announced_at: None | str | Unset
        if isinstance(self.announced_at, Unset):
            announced_at = UNSET
        elif isinstance(self.announced_at, datetime.datetime):
            announced_at = self.announced_at.isoformat()
        else:
            announced_at = self.announced_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "notice_id": notice_id,
                "entity_id": entity_id,
                "kind": kind,
                "subject": subject,
                "body": body,
                "sent": sent,
                "resent": resent,
                "listed_with": listed_with,
            }
        )
        if announced_at is not UNSET:
            field_dict["announced_at"] = announced_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.one_notice_resent_item import OneNoticeResentItem  # noqa: PLC0415
        from ..models.sent import Sent  # noqa: PLC0415

        d = dict(src_dict)
        notice_id = d.pop("notice_id")

        entity_id = d.pop("entity_id")

        kind = d.pop("kind")

        subject = d.pop("subject")

        body = d.pop("body")

        sent = Sent.from_dict(d.pop("sent"))

        resent = []
        _resent = d.pop("resent")
        for resent_item_data in _resent:
            resent_item = OneNoticeResentItem.from_dict(resent_item_data)

            resent.append(resent_item)

        listed_with = d.pop("listed_with")

        def _parse_announced_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                announced_at_type_0 = datetime.datetime.fromisoformat(data)

                return announced_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        announced_at = _parse_announced_at(d.pop("announced_at", UNSET))

        one_notice = cls(
            notice_id=notice_id,
            entity_id=entity_id,
            kind=kind,
            subject=subject,
            body=body,
            sent=sent,
            resent=resent,
            listed_with=listed_with,
            announced_at=announced_at,
        )

        one_notice.additional_properties = d
        return one_notice

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
