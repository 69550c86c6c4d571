from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ContractRow")


@_attrs_define
class ContractRow:
    """A contract in a list.

    Attributes:
        contract_id (str):
        workflow_id (str):
        state (str):
        chapter (int | None):
        course (str):
        operator (None | str):
        line_id (None | str):
        applied_on (datetime.date | None):
        service_start_on (datetime.date | None):
        end_on (datetime.date | None):
        needs_operator (bool):
        next_action_at (datetime.datetime | None):
    """

    contract_id: str
    workflow_id: str
    state: str
    chapter: int | None
    course: str
    operator: None | str
    line_id: None | str
    applied_on: datetime.date | None
    service_start_on: datetime.date | None
    end_on: datetime.date | None
    needs_operator: bool
    next_action_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        contract_id = self.contract_id

        workflow_id = self.workflow_id

        state = self.state

        chapter: int | None
        chapter = self.chapter

        course = self.course

        operator: None | str
        operator = self.operator

        line_id: None | str
        line_id = self.line_id

        applied_on: None | str
        if isinstance(self.applied_on, datetime.date):
            applied_on = self.applied_on.isoformat()
        else:
            applied_on = self.applied_on

        service_start_on: None | str
        if isinstance(self.service_start_on, datetime.date):
            service_start_on = self.service_start_on.isoformat()
        else:
            service_start_on = self.service_start_on

        end_on: None | str
        if isinstance(self.end_on, datetime.date):
            end_on = self.end_on.isoformat()
        else:
            end_on = self.end_on

        needs_operator = self.needs_operator

        next_action_at: None | str
        if isinstance(self.next_action_at, datetime.datetime):
            next_action_at = self.next_action_at.isoformat()
        else:
            next_action_at = self.next_action_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "contract_id": contract_id,
                "workflow_id": workflow_id,
                "state": state,
                "chapter": chapter,
                "course": course,
                "operator": operator,
                "line_id": line_id,
                "applied_on": applied_on,
                "service_start_on": service_start_on,
                "end_on": end_on,
                "needs_operator": needs_operator,
                "next_action_at": next_action_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        contract_id = d.pop("contract_id")

        workflow_id = d.pop("workflow_id")

        state = d.pop("state")

        def _parse_chapter(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        chapter = _parse_chapter(d.pop("chapter"))

        course = d.pop("course")

        def _parse_operator(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        operator = _parse_operator(d.pop("operator"))

        def _parse_line_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        line_id = _parse_line_id(d.pop("line_id"))

        def _parse_applied_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                applied_on_type_0 = datetime.date.fromisoformat(data)

                return applied_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        applied_on = _parse_applied_on(d.pop("applied_on"))

        def _parse_service_start_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                service_start_on_type_0 = datetime.date.fromisoformat(data)

                return service_start_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        service_start_on = _parse_service_start_on(d.pop("service_start_on"))

        def _parse_end_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                end_on_type_0 = datetime.date.fromisoformat(data)

                return end_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        end_on = _parse_end_on(d.pop("end_on"))

        needs_operator = d.pop("needs_operator")

        def _parse_next_action_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_action_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_action_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_action_at = _parse_next_action_at(d.pop("next_action_at"))

        contract_row = cls(
            contract_id=contract_id,
            workflow_id=workflow_id,
            state=state,
            chapter=chapter,
            course=course,
            operator=operator,
            line_id=line_id,
            applied_on=applied_on,
            service_start_on=service_start_on,
            end_on=end_on,
            needs_operator=needs_operator,
            next_action_at=next_action_at,
        )

        contract_row.additional_properties = d
        return contract_row

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
