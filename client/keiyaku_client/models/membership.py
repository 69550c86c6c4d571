from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.ahead import Ahead
    from ..models.awaiting import Awaiting
    from ..models.membership_mail_consents import MembershipMailConsents
    from ..models.membership_renewal_item import MembershipRenewalItem
    from ..models.membership_storage import MembershipStorage
    from ..models.task import Task


T = TypeVar("T", bound="Membership")


@_attrs_define
class Membership:
    """One membership.

    Attributes:
        member_id (str):
        workflow_id (str):
        state (str):
        registered_on (datetime.date):
        ended_on (datetime.date | None):
        end_reason (None | str):
        line_id (None | str):
        mail_consents (MembershipMailConsents):
        storage (MembershipStorage):
        renewal (list[MembershipRenewalItem]):
        agenda (list[Ahead]):
        needs_operator (list[Task]):
        awaiting (list[Awaiting]):
        allowed (list[str]):
    """

    member_id: str
    workflow_id: str
    state: str
    registered_on: datetime.date
    ended_on: datetime.date | None
    end_reason: None | str
    line_id: None | str
    mail_consents: MembershipMailConsents
    storage: MembershipStorage
    renewal: list[MembershipRenewalItem]
    agenda: list[Ahead]
    needs_operator: list[Task]
    awaiting: list[Awaiting]
    allowed: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        member_id = self.member_id

        workflow_id = self.workflow_id

        state = self.state

        registered_on = self.registered_on.isoformat()

        ended_on: None | str
        if isinstance(self.ended_on, datetime.date):
            ended_on = self.ended_on.isoformat()
        else:
            ended_on = self.ended_on

        end_reason: None | str
        end_reason = self.end_reason

        line_id: None | str
        line_id = self.line_id

        mail_consents = self.mail_consents.to_dict()

        storage = self.storage.to_dict()

        renewal = []
        for renewal_item_data in self.renewal:
            renewal_item = renewal_item_data.to_dict()
            renewal.append(renewal_item)

        agenda = []
        for agenda_item_data in self.agenda:
            agenda_item = agenda_item_data.to_dict()
            agenda.append(agenda_item)

        needs_operator = []
        for needs_operator_item_data in self.needs_operator:
            needs_operator_item = needs_operator_item_data.to_dict()
            needs_operator.append(needs_operator_item)

        awaiting = []
        for awaiting_item_data in self.awaiting:
            awaiting_item = awaiting_item_data.to_dict()
            awaiting.append(awaiting_item)

        allowed = self.allowed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "member_id": member_id,
                "workflow_id": workflow_id,
                "state": state,
                "registered_on": registered_on,
                "ended_on": ended_on,
                "end_reason": end_reason,
                "line_id": line_id,
                "mail_consents": mail_consents,
                "storage": storage,
                "renewal": renewal,
                "agenda": agenda,
                "needs_operator": needs_operator,
                "awaiting": awaiting,
                "allowed": allowed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ahead import Ahead  # noqa: PLC0415
        from ..models.awaiting import Awaiting  # noqa: PLC0415
        from ..models.membership_mail_consents import MembershipMailConsents  # noqa: PLC0415
        from ..models.membership_renewal_item import MembershipRenewalItem  # noqa: PLC0415
        from ..models.membership_storage import MembershipStorage  # noqa: PLC0415
        from ..models.task import Task  # noqa: PLC0415

        d = dict(src_dict)
        member_id = d.pop("member_id")

        workflow_id = d.pop("workflow_id")

        state = d.pop("state")

        registered_on = datetime.date.fromisoformat(d.pop("registered_on"))

        def _parse_ended_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_on_type_0 = datetime.date.fromisoformat(data)

                return ended_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        ended_on = _parse_ended_on(d.pop("ended_on"))

        def _parse_end_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        end_reason = _parse_end_reason(d.pop("end_reason"))

        def _parse_line_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        line_id = _parse_line_id(d.pop("line_id"))

        mail_consents = MembershipMailConsents.from_dict(d.pop("mail_consents"))

        storage = MembershipStorage.from_dict(d.pop("storage"))

        renewal = []
        _renewal = d.pop("renewal")
        for renewal_item_data in _renewal:
            renewal_item = MembershipRenewalItem.from_dict(renewal_item_data)

            renewal.append(renewal_item)

        agenda = []
        _agenda = d.pop("agenda")
        for agenda_item_data in _agenda:
            agenda_item = Ahead.from_dict(agenda_item_data)

            agenda.append(agenda_item)

        needs_operator = []
        _needs_operator = d.pop("needs_operator")
        for needs_operator_item_data in _needs_operator:
            needs_operator_item = Task.from_dict(needs_operator_item_data)

            needs_operator.append(needs_operator_item)

        awaiting = []
        _awaiting = d.pop("awaiting")
        for awaiting_item_data in _awaiting:
            awaiting_item = Awaiting.from_dict(awaiting_item_data)

            awaiting.append(awaiting_item)

        allowed = cast(list[str], d.pop("allowed"))

        membership = cls(
            member_id=member_id,
            workflow_id=workflow_id,
            state=state,
            registered_on=registered_on,
            ended_on=ended_on,
            end_reason=end_reason,
            line_id=line_id,
            mail_consents=mail_consents,
            storage=storage,
            renewal=renewal,
            agenda=agenda,
            needs_operator=needs_operator,
            awaiting=awaiting,
            allowed=allowed,
        )

        membership.additional_properties = d
        return membership

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
