from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ahead import Ahead
    from ..models.awaiting import Awaiting
    from ..models.contract_shown_choice_type_0 import ContractShownChoiceType0
    from ..models.contract_shown_courses import ContractShownCourses
    from ..models.contract_shown_minimum_term_type_0 import ContractShownMinimumTermType0
    from ..models.contract_shown_payment_agency_type_0 import (
        ContractShownPaymentAgencyType0,
    )
    from ..models.contract_shown_pending_course_change_type_0 import (
        ContractShownPendingCourseChangeType0,
    )
    from ..models.contract_shown_watch_type_0 import ContractShownWatchType0
    from ..models.course_from import CourseFrom
    from ..models.task import Task


T = TypeVar("T", bound="ContractShown")


@_attrs_define
class ContractShown:
    """One contract.

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
        minimum_term (ContractShownMinimumTermType0 | None):
        end_reason (None | str):
        payment_agency (ContractShownPaymentAgencyType0 | None):
        watch (ContractShownWatchType0 | None):
        choice (ContractShownChoiceType0 | None):
        pending_course_change (ContractShownPendingCourseChangeType0 | None):
        course_history (list[CourseFrom]):
        filing_id (None | str):
        agenda (list[Ahead]):
        allowed (list[str]):
        needs_operator (list[Task]):
        awaiting (list[Awaiting]):
        billed_party (str):
        courses (ContractShownCourses | Unset):
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
    minimum_term: ContractShownMinimumTermType0 | None
    end_reason: None | str
    payment_agency: ContractShownPaymentAgencyType0 | None
    watch: ContractShownWatchType0 | None
    choice: ContractShownChoiceType0 | None
    pending_course_change: ContractShownPendingCourseChangeType0 | None
    course_history: list[CourseFrom]
    filing_id: None | str
    agenda: list[Ahead]
    allowed: list[str]
    needs_operator: list[Task]
    awaiting: list[Awaiting]
    billed_party: str
    courses: ContractShownCourses | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.contract_shown_choice_type_0 import ContractShownChoiceType0  # noqa: PLC0415
        from ..models.contract_shown_minimum_term_type_0 import (
            ContractShownMinimumTermType0,  # noqa: PLC0415
        )
        from ..models.contract_shown_payment_agency_type_0 import (
            ContractShownPaymentAgencyType0,  # noqa: PLC0415
        )
        from ..models.contract_shown_pending_course_change_type_0 import (
            ContractShownPendingCourseChangeType0,  # noqa: PLC0415
        )
        from ..models.contract_shown_watch_type_0 import ContractShownWatchType0  # noqa: PLC0415

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

        minimum_term: dict[str, Any] | None
        if isinstance(self.minimum_term, ContractShownMinimumTermType0):
            minimum_term = self.minimum_term.to_dict()
        else:
            minimum_term = self.minimum_term

        end_reason: None | str
        end_reason = self.end_reason

        payment_agency: dict[str, Any] | None
        if isinstance(self.payment_agency, ContractShownPaymentAgencyType0):
            payment_agency = self.payment_agency.to_dict()
        else:
            payment_agency = self.payment_agency

        watch: dict[str, Any] | None
        if isinstance(self.watch, ContractShownWatchType0):
            watch = self.watch.to_dict()
        else:
            watch = self.watch

        choice: dict[str, Any] | None
        if isinstance(self.choice, ContractShownChoiceType0):
            choice = self.choice.to_dict()
        else:
            choice = self.choice

        pending_course_change: dict[str, Any] | None
        if isinstance(self.pending_course_change, ContractShownPendingCourseChangeType0):
            pending_course_change = self.pending_course_change.to_dict()
        else:
            pending_course_change = self.pending_course_change

        course_history = []
        for course_history_item_data in self.course_history:
            course_history_item = course_history_item_data.to_dict()
            course_history.append(course_history_item)

        filing_id: None | str
        filing_id = self.filing_id

        agenda = []
        for agenda_item_data in self.agenda:
            agenda_item = agenda_item_data.to_dict()
            agenda.append(agenda_item)

        allowed = self.allowed

        needs_operator = []
        for needs_operator_item_data in self.needs_operator:
            needs_operator_item = needs_operator_item_data.to_dict()
            needs_operator.append(needs_operator_item)

        awaiting = []
        for awaiting_item_data in self.awaiting:
            awaiting_item = awaiting_item_data.to_dict()
            awaiting.append(awaiting_item)

        billed_party = self.billed_party

        courses: dict[str, Any] | Unset = UNSET
        if not isinstance(self.courses, Unset):
            courses = self.courses.to_dict()

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
                "minimum_term": minimum_term,
                "end_reason": end_reason,
                "payment_agency": payment_agency,
                "watch": watch,
                "choice": choice,
                "pending_course_change": pending_course_change,
                "course_history": course_history,
                "filing_id": filing_id,
                "agenda": agenda,
                "allowed": allowed,
                "needs_operator": needs_operator,
                "awaiting": awaiting,
                "billed_party": billed_party,
            }
        )
        if courses is not UNSET:
            field_dict["courses"] = courses

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ahead import Ahead  # noqa: PLC0415
        from ..models.awaiting import Awaiting  # noqa: PLC0415
        from ..models.contract_shown_choice_type_0 import ContractShownChoiceType0  # noqa: PLC0415
        from ..models.contract_shown_courses import ContractShownCourses  # noqa: PLC0415
        from ..models.contract_shown_minimum_term_type_0 import (
            ContractShownMinimumTermType0,  # noqa: PLC0415
        )
        from ..models.contract_shown_payment_agency_type_0 import (
            ContractShownPaymentAgencyType0,  # noqa: PLC0415
        )
        from ..models.contract_shown_pending_course_change_type_0 import (
            ContractShownPendingCourseChangeType0,  # noqa: PLC0415
        )
        from ..models.contract_shown_watch_type_0 import ContractShownWatchType0  # noqa: PLC0415
        from ..models.course_from import CourseFrom  # noqa: PLC0415
        from ..models.task import Task  # noqa: PLC0415

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

        def _parse_minimum_term(data: object) -> ContractShownMinimumTermType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                minimum_term_type_0 = ContractShownMinimumTermType0.from_dict(data)

                return minimum_term_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContractShownMinimumTermType0 | None, data)

        minimum_term = _parse_minimum_term(d.pop("minimum_term"))

        def _parse_end_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        end_reason = _parse_end_reason(d.pop("end_reason"))

        def _parse_payment_agency(data: object) -> ContractShownPaymentAgencyType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                payment_agency_type_0 = ContractShownPaymentAgencyType0.from_dict(data)

                return payment_agency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContractShownPaymentAgencyType0 | None, data)

        payment_agency = _parse_payment_agency(d.pop("payment_agency"))

        def _parse_watch(data: object) -> ContractShownWatchType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                watch_type_0 = ContractShownWatchType0.from_dict(data)

                return watch_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContractShownWatchType0 | None, data)

        watch = _parse_watch(d.pop("watch"))

        def _parse_choice(data: object) -> ContractShownChoiceType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                choice_type_0 = ContractShownChoiceType0.from_dict(data)

                return choice_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContractShownChoiceType0 | None, data)

        choice = _parse_choice(d.pop("choice"))

        def _parse_pending_course_change(data: object) -> ContractShownPendingCourseChangeType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                pending_course_change_type_0 = ContractShownPendingCourseChangeType0.from_dict(data)

                return pending_course_change_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContractShownPendingCourseChangeType0 | None, data)

        pending_course_change = _parse_pending_course_change(d.pop("pending_course_change"))

        course_history = []
        _course_history = d.pop("course_history")
        for course_history_item_data in _course_history:
            course_history_item = CourseFrom.from_dict(course_history_item_data)

            course_history.append(course_history_item)

        def _parse_filing_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        filing_id = _parse_filing_id(d.pop("filing_id"))

        agenda = []
        _agenda = d.pop("agenda")
        for agenda_item_data in _agenda:
            agenda_item = Ahead.from_dict(agenda_item_data)

            agenda.append(agenda_item)

        allowed = cast(list[str], d.pop("allowed"))

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

        billed_party = d.pop("billed_party")

        _courses = d.pop("courses", UNSET)
        courses: ContractShownCourses | Unset
        if isinstance(_courses, Unset):
            courses = UNSET
        else:
            courses = ContractShownCourses.from_dict(_courses)

        contract_shown = cls(
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
            minimum_term=minimum_term,
            end_reason=end_reason,
            payment_agency=payment_agency,
            watch=watch,
            choice=choice,
            pending_course_change=pending_course_change,
            course_history=course_history,
            filing_id=filing_id,
            agenda=agenda,
            allowed=allowed,
            needs_operator=needs_operator,
            awaiting=awaiting,
            billed_party=billed_party,
            courses=courses,
        )

        contract_shown.additional_properties = d
        return contract_shown

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
