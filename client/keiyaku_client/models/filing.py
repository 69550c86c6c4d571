from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.task import Task


T = TypeVar("T", bound="Filing")


@_attrs_define
class Filing:
    """An agency filing.

    Attributes:
        filing_id (str):
        workflow_id (str):
        contract_id (str):
        state (str):
        operator (str):
        sequence (int):
        work_on (datetime.date | None):
        opened_on (datetime.date | None):
        line_id (None | str):
        defects (list[str]):
        needs_operator (list[Task]):
    """

    filing_id: str
    workflow_id: str
    contract_id: str
    state: str
    operator: str
    sequence: int
    work_on: datetime.date | None
    opened_on: datetime.date | None
    line_id: None | str
    defects: list[str]
    needs_operator: list[Task]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        filing_id = self.filing_id

        workflow_id = self.workflow_id

        contract_id = self.contract_id

        state = self.state

        operator = self.operator

        sequence = self.sequence

        work_on: None | str
        if isinstance(self.work_on, datetime.date):
            work_on = self.work_on.isoformat()
        else:
            work_on = self.work_on

        opened_on: None | str
        if isinstance(self.opened_on, datetime.date):
            opened_on = self.opened_on.isoformat()
        else:
            opened_on = self.opened_on

        line_id: None | str
        line_id = self.line_id

        defects = self.defects

        needs_operator = []
        for needs_operator_item_data in self.needs_operator:
            needs_operator_item = needs_operator_item_data.to_dict()
            needs_operator.append(needs_operator_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "filing_id": filing_id,
                "workflow_id": workflow_id,
                "contract_id": contract_id,
                "state": state,
                "operator": operator,
                "sequence": sequence,
                "work_on": work_on,
                "opened_on": opened_on,
                "line_id": line_id,
                "defects": defects,
                "needs_operator": needs_operator,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task import Task  # noqa: PLC0415

        d = dict(src_dict)
        filing_id = d.pop("filing_id")

        workflow_id = d.pop("workflow_id")

        contract_id = d.pop("contract_id")

        state = d.pop("state")

        operator = d.pop("operator")

        sequence = d.pop("sequence")

        def _parse_work_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                work_on_type_0 = datetime.date.fromisoformat(data)

                return work_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        work_on = _parse_work_on(d.pop("work_on"))

        def _parse_opened_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                opened_on_type_0 = datetime.date.fromisoformat(data)

                return opened_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        opened_on = _parse_opened_on(d.pop("opened_on"))

        def _parse_line_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        line_id = _parse_line_id(d.pop("line_id"))

        defects = cast(list[str], d.pop("defects"))

        needs_operator = []
        _needs_operator = d.pop("needs_operator")
        for needs_operator_item_data in _needs_operator:
            needs_operator_item = Task.from_dict(needs_operator_item_data)

            needs_operator.append(needs_operator_item)

        filing = cls(
            filing_id=filing_id,
            workflow_id=workflow_id,
            contract_id=contract_id,
            state=state,
            operator=operator,
            sequence=sequence,
            work_on=work_on,
            opened_on=opened_on,
            line_id=line_id,
            defects=defects,
            needs_operator=needs_operator,
        )

        filing.additional_properties = d
        return filing

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
