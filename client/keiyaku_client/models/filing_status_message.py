from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.filing_status_message_status import (
    FilingStatusMessageStatus,
    check_filing_status_message_status,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="FilingStatusMessage")


@_attrs_define
class FilingStatusMessage:
    """Where a filing stands; every message carries the whole known state, and a higher `sequence` is newer.

    Attributes:
        sequence (int):
        status (FilingStatusMessageStatus):
        occurred_at (datetime.datetime):
        filing_id (None | str | Unset):
        work_on (datetime.date | None | Unset):
        opened_on (datetime.date | None | Unset):
        line_id (None | str | Unset):
        service_type (None | str | Unset):
        defects (list[str] | None | Unset):
        reason (None | str | Unset):
    """

    sequence: int
    status: FilingStatusMessageStatus
    occurred_at: datetime.datetime
    filing_id: None | str | Unset = UNSET
    work_on: datetime.date | None | Unset = UNSET
    opened_on: datetime.date | None | Unset = UNSET
    line_id: None | str | Unset = UNSET
    service_type: None | str | Unset = UNSET
    defects: list[str] | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sequence = self.sequence

        status: str = self.status

        occurred_at = self.occurred_at.isoformat()

        filing_id: None | str | Unset
        if isinstance(self.filing_id, Unset):
            filing_id = UNSET
        else:
            filing_id = self.filing_id

        work_on: None | str | Unset
        if isinstance(self.work_on, Unset):
            work_on = UNSET
        elif isinstance(self.work_on, datetime.date):
            work_on = self.work_on.isoformat()
        else:
            work_on = self.work_on

        opened_on: None | str | Unset
        if isinstance(self.opened_on, Unset):
            opened_on = UNSET
        elif isinstance(self.opened_on, datetime.date):
            opened_on = self.opened_on.isoformat()
        else:
            opened_on = self.opened_on

        line_id: None | str | Unset
        if isinstance(self.line_id, Unset):
            line_id = UNSET
        else:
            line_id = self.line_id

        service_type: None | str | Unset
        if isinstance(self.service_type, Unset):
            service_type = UNSET
        else:
            service_type = self.service_type

        defects: list[str] | None | Unset
        if isinstance(self.defects, Unset):
            defects = UNSET
        elif isinstance(self.defects, list):
            defects = self.defects

        else:
            defects = self.defects

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sequence": sequence,
                "status": status,
                "occurred_at": occurred_at,
            }
        )
        if filing_id is not UNSET:
            field_dict["filing_id"] = filing_id
        if work_on is not UNSET:
            field_dict["work_on"] = work_on
        if opened_on is not UNSET:
            field_dict["opened_on"] = opened_on
        if line_id is not UNSET:
            field_dict["line_id"] = line_id
        if service_type is not UNSET:
            field_dict["service_type"] = service_type
        if defects is not UNSET:
            field_dict["defects"] = defects
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sequence = d.pop("sequence")

        status = check_filing_status_message_status(d.pop("status"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        def _parse_filing_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        filing_id = _parse_filing_id(d.pop("filing_id", UNSET))

        def _parse_work_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                work_on_type_0 = datetime.date.fromisoformat(data)

                return work_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        work_on = _parse_work_on(d.pop("work_on", UNSET))

        def _parse_opened_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opened_on_type_0 = datetime.date.fromisoformat(data)

                return opened_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        opened_on = _parse_opened_on(d.pop("opened_on", UNSET))

        def _parse_line_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        line_id = _parse_line_id(d.pop("line_id", UNSET))

        def _parse_service_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        service_type = _parse_service_type(d.pop("service_type", UNSET))

        def _parse_defects(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                defects_type_0 = cast(list[str], data)

                return defects_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        defects = _parse_defects(d.pop("defects", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        filing_status_message = cls(
            sequence=sequence,
            status=status,
            occurred_at=occurred_at,
            filing_id=filing_id,
            work_on=work_on,
            opened_on=opened_on,
            line_id=line_id,
            service_type=service_type,
            defects=defects,
            reason=reason,
        )

        filing_status_message.additional_properties = d
        return filing_status_message

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
