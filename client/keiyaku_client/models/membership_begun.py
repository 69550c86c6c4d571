from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.decision_shown import DecisionShown


T = TypeVar("T", bound="MembershipBegun")


@_attrs_define
class MembershipBegun:
    """What a registration began; a dry run has no ids and answers 200.

    Attributes:
        state (str):
        member_id (None | str):
        workflow_id (None | str):
        decision (DecisionShown): A decision inside another answer.
        dry_run (bool | Unset):  Default: False.
    """

    state: str
    member_id: None | str
    workflow_id: None | str
    decision: DecisionShown
    dry_run: bool | Unset = False
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state = self.state

        member_id: None | str
        member_id = self.member_id

        workflow_id: None | str
        workflow_id = self.workflow_id

        decision = self.decision.to_dict()

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "member_id": member_id,
                "workflow_id": workflow_id,
                "decision": decision,
            }
        )
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.decision_shown import DecisionShown  # noqa: PLC0415

        d = dict(src_dict)
        state = d.pop("state")

        def _parse_member_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        member_id = _parse_member_id(d.pop("member_id"))

        def _parse_workflow_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        workflow_id = _parse_workflow_id(d.pop("workflow_id"))

        decision = DecisionShown.from_dict(d.pop("decision"))

        dry_run = d.pop("dry_run", UNSET)

        membership_begun = cls(
            state=state,
            member_id=member_id,
            workflow_id=workflow_id,
            decision=decision,
            dry_run=dry_run,
        )

        membership_begun.additional_properties = d
        return membership_begun

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
