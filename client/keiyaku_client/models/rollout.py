from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Rollout")


@_attrs_define
class Rollout:
    """A change of many contracts.

    Attributes:
        rollout_id (str):
        workflow_id (str):
        kind (str):
        state (str):
        courses (list[str]):
        to_course (None | str):
        announced_on (datetime.date):
        effective_on (datetime.date):
        planned (int):
        remaining (int):
        done (int):
        skipped (int):
        failed (int):
    """

    rollout_id: str
    workflow_id: str
    kind: str
    state: str
    courses: list[str]
    to_course: None | str
    announced_on: datetime.date
    effective_on: datetime.date
    planned: int
    remaining: int
    done: int
    skipped: int
    failed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rollout_id = self.rollout_id

        workflow_id = self.workflow_id

        kind = self.kind

        state = self.state

        courses = self.courses

        to_course: None | str
        to_course = self.to_course

        announced_on = self.announced_on.isoformat()

        effective_on = self.effective_on.isoformat()

        planned = self.planned

        remaining = self.remaining

        done = self.done

        skipped = self.skipped

        failed = self.failed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rollout_id": rollout_id,
                "workflow_id": workflow_id,
                "kind": kind,
                "state": state,
                "courses": courses,
                "to_course": to_course,
                "announced_on": announced_on,
                "effective_on": effective_on,
                "planned": planned,
                "remaining": remaining,
                "done": done,
                "skipped": skipped,
                "failed": failed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        rollout_id = d.pop("rollout_id")

        workflow_id = d.pop("workflow_id")

        kind = d.pop("kind")

        state = d.pop("state")

        courses = cast(list[str], d.pop("courses"))

        def _parse_to_course(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        to_course = _parse_to_course(d.pop("to_course"))

        announced_on = datetime.date.fromisoformat(d.pop("announced_on"))

        effective_on = datetime.date.fromisoformat(d.pop("effective_on"))

        planned = d.pop("planned")

        remaining = d.pop("remaining")

        done = d.pop("done")

        skipped = d.pop("skipped")

        failed = d.pop("failed")

        rollout = cls(
            rollout_id=rollout_id,
            workflow_id=workflow_id,
            kind=kind,
            state=state,
            courses=courses,
            to_course=to_course,
            announced_on=announced_on,
            effective_on=effective_on,
            planned=planned,
            remaining=remaining,
            done=done,
            skipped=skipped,
            failed=failed,
        )

        rollout.additional_properties = d
        return rollout

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
