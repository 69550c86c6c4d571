from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.line_notice_kind import LineNoticeKind, check_line_notice_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.line_notice_details import LineNoticeDetails


T = TypeVar("T", bound="LineNotice")


@_attrs_define
class LineNotice:
    """Something happened to a line; one notice serves every contract and membership on it (W-13.1b).

    Attributes:
        notice_id (str):
        line_id (str): A CAF, COP or 2N number, or an older お客さまID; case, width, blanks and hyphens make no difference.
            Answered in capitals and digits.
        kind (LineNoticeKind):
        effective_on (datetime.date):
        details (LineNoticeDetails | Unset):
    """

    notice_id: str
    line_id: str
    kind: LineNoticeKind
    effective_on: datetime.date
    details: LineNoticeDetails | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        notice_id = self.notice_id

        line_id = self.line_id

        kind: str = self.kind

        effective_on = self.effective_on.isoformat()

        details: dict[str, Any] | Unset = UNSET
        if not isinstance(self.details, Unset):
            details = self.details.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "notice_id": notice_id,
                "line_id": line_id,
                "kind": kind,
                "effective_on": effective_on,
            }
        )
        if details is not UNSET:
            field_dict["details"] = details

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.line_notice_details import LineNoticeDetails  # noqa: PLC0415

        d = dict(src_dict)
        notice_id = d.pop("notice_id")

        line_id = d.pop("line_id")

        kind = check_line_notice_kind(d.pop("kind"))

        effective_on = datetime.date.fromisoformat(d.pop("effective_on"))

        _details = d.pop("details", UNSET)
        details: LineNoticeDetails | Unset
        if isinstance(_details, Unset):
            details = UNSET
        else:
            details = LineNoticeDetails.from_dict(_details)

        line_notice = cls(
            notice_id=notice_id,
            line_id=line_id,
            kind=kind,
            effective_on=effective_on,
            details=details,
        )

        line_notice.additional_properties = d
        return line_notice

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
