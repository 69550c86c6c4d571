from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.task import Task


T = TypeVar("T", bound="ExchangeListed")


@_attrs_define
class ExchangeListed:
    """A request of a member, as the back office lists it.

    Attributes:
        exchange_id (str):
        workflow_id (None | str):
        member_id (str):
        state (str):
        name (None | str):
        kind (str):
        quantity (int):
        points (int):
        sent_at (datetime.datetime | None):
        closed_at (datetime.datetime | None):
        billing_month (None | str):
        failure (None | str):
        told_by_hand (bool):
        usable_again (int | None):
        needs_operator (list[Task]):
    """

    exchange_id: str
    workflow_id: None | str
    member_id: str
    state: str
    name: None | str
    kind: str
    quantity: int
    points: int
    sent_at: datetime.datetime | None
    closed_at: datetime.datetime | None
    billing_month: None | str
    failure: None | str
    told_by_hand: bool
    usable_again: int | None
    needs_operator: list[Task]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        exchange_id = self.exchange_id

        workflow_id: None | str
        workflow_id = self.workflow_id

        member_id = self.member_id

        state = self.state

        name: None | str
        name = self.name

        kind = self.kind

        quantity = self.quantity

        points = self.points

        sent_at: None | str
        if isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        billing_month: None | str
        billing_month = self.billing_month

        failure: None | str
        failure = self.failure

        told_by_hand = self.told_by_hand

        usable_again: int | None
        usable_again = self.usable_again

        needs_operator = []
        for needs_operator_item_data in self.needs_operator:
            needs_operator_item = needs_operator_item_data.to_dict()
            needs_operator.append(needs_operator_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "exchange_id": exchange_id,
                "workflow_id": workflow_id,
                "member_id": member_id,
                "state": state,
                "name": name,
                "kind": kind,
                "quantity": quantity,
                "points": points,
                "sent_at": sent_at,
                "closed_at": closed_at,
                "billing_month": billing_month,
                "failure": failure,
                "told_by_hand": told_by_hand,
                "usable_again": usable_again,
                "needs_operator": needs_operator,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task import Task  # noqa: PLC0415

        d = dict(src_dict)
        exchange_id = d.pop("exchange_id")

        def _parse_workflow_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        workflow_id = _parse_workflow_id(d.pop("workflow_id"))

        member_id = d.pop("member_id")

        state = d.pop("state")

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        kind = d.pop("kind")

        quantity = d.pop("quantity")

        points = d.pop("points")

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

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        def _parse_billing_month(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        billing_month = _parse_billing_month(d.pop("billing_month"))

        def _parse_failure(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure = _parse_failure(d.pop("failure"))

        told_by_hand = d.pop("told_by_hand")

        def _parse_usable_again(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        usable_again = _parse_usable_again(d.pop("usable_again"))

        needs_operator = []
        _needs_operator = d.pop("needs_operator")
        for needs_operator_item_data in _needs_operator:
            needs_operator_item = Task.from_dict(needs_operator_item_data)

            needs_operator.append(needs_operator_item)

        exchange_listed = cls(
            exchange_id=exchange_id,
            workflow_id=workflow_id,
            member_id=member_id,
            state=state,
            name=name,
            kind=kind,
            quantity=quantity,
            points=points,
            sent_at=sent_at,
            closed_at=closed_at,
            billing_month=billing_month,
            failure=failure,
            told_by_hand=told_by_hand,
            usable_again=usable_again,
            needs_operator=needs_operator,
        )

        exchange_listed.additional_properties = d
        return exchange_listed

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
