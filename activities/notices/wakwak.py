"""Letters of WAKWAK, each with its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from activities.notices.letter import Agency, Day, Fee, Item, MonthOf, Sent, Term, WakwakLetter


class ServiceStart(WakwakLetter):
    """Service start date, by e-mail and portal (W-12.1n)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "service_start_on": "2018-06-12",
        "minimum_term": {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"},
        "course": "W2_FAMILY",
    }

    service_start_on: Day
    minimum_term: Term | None = None
    course: str | None = None


class ApplicationRefused(WakwakLetter):
    """An application that is not accepted (articles 6, 7, 19)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"ground": "REFUSE_NOT_LINE_HOLDER"}

    ground: str | None = None


class FilingFailed(WakwakLetter):
    """The line that was filed for cannot be provided (W-08.1)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"outcome": "cancelled"}

    outcome: str | None = None


class CourseMoved(WakwakLetter):
    """The course was moved to fit the line (W-04.2, W-09.3, W-21.2)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "course": "W2_MANSION",
        "on": "2019-03-01",
        "from_course": "W2_FAMILY",
        "cause": "line_type",
    }

    course: str
    on: Day
    from_course: str | None = None
    cause: str | None = None
    chapter_left: bool = False


class CourseChangeDate(WakwakLetter):
    """The approved date of a course change, by e-mail and portal (W-12.1c)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "to_course": "W2_FAMILY",
        "change_on": "2018-06-15",
        "from_course": "OTHER",
        "minimum_term": {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"},
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "fee_outcome": "due",
        "fee_due_on": "2018-09-30",
    }

    to_course: str
    change_on: Day
    from_course: str | None = None
    minimum_term: Term | None = None
    fee: Fee | None = None
    fee_outcome: str | None = None
    fee_due_on: Day | None = None


class ChoiceRequest(WakwakLetter):
    """The contractor has to choose after the line's end or NTT's notice (W-11.1, W-11.2, W-23.1, W-23.2)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "choices": ["course_change", "cancel"],
        "reason": "terminated",
        "deadline_days": 30,
        "effective_on": "2019-03-12",
        "chapter": 2,
    }

    choices: list[str]
    reason: str | None = None
    deadline_days: int | None = None
    deadline_on: Day | None = None
    effective_on: Day | None = None


class ChoiceReminder(WakwakLetter):
    """A reminder of a choice still open (W-11.1, W-11.2, W-23.1, W-23.2)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "choices": ["continue", "cancel"],
        "asked_on": "2019-03-13",
        "deadline_on": "2019-04-12",
    }

    choices: list[str]
    asked_on: Day | None = None
    deadline_on: Day | None = None
    deadline_days: int | None = None


class CancellationAccepted(WakwakLetter):
    """A cancellation notice was accepted (W-10.2 to W-10.7, W-22.1)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "end_on": "2018-08-31",
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "fee_outcome": "due",
        "fee_due_on": "2018-09-30",
        "minimum_term": {"start_on": "2018-06-01", "end_on": "2020-05-31", "source": "application"},
    }

    end_on: Day
    fee: Fee | None = None
    fee_outcome: str | None = None
    fee_due_on: Day | None = None
    minimum_term: Term | None = None


class ContractEnded(WakwakLetter):
    """The contract has ended (W-10.7, W-11.3, W-23.3)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "end_on": "2018-08-31",
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "fee_outcome": "due",
        "fee_due_on": "2018-09-30",
    }

    end_on: Day
    fee: Fee | None = None
    fee_outcome: str | None = None
    fee_due_on: Day | None = None


class FeeDue(WakwakLetter):
    """The due date of a fee (W-12.3c)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "fee_due_on": "2018-09-30",
        "end_on": "2018-08-31",
        "change_on": "2018-09-01",
        "last_on": "2018-08-31",
        "fee_outcome": "reduced",
    }

    fee: Fee
    fee_due_on: Day
    end_on: Day | None = None
    """The last day of the contract; None where it goes on."""
    change_on: Day | None = None
    """The day of the change of course that raised the fee."""
    last_on: Day | None = None
    """The last day on the course before it."""
    fee_outcome: str | None = None
    code: str = "termination_fee"


class FeeWaived(WakwakLetter):
    """A fee was waived (W-12.3a, W-12.6)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "case": "death",
        "end_on": "2018-08-31",
        "change_on": "2018-09-01",
        "last_on": "2018-08-31",
    }

    fee: Fee | None = None
    case: str | None = None
    end_on: Day | None = None
    """The last day of the contract; None where it goes on."""
    change_on: Day | None = None
    """The day of the change of course that raised the fee."""
    last_on: Day | None = None
    """The last day on the course before it."""


class DirectBilling(WakwakLetter):
    """NTT bills the line charges directly from now on (W-24.3, W-24.4, W-24.5)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"from_on": "2012-08-01", "reason": "unpaid", "instead_of": "2012-09-01"}

    from_on: Day
    reason: str | None = None
    instead_of: Day | None = None
    """The day that was told before and no longer holds."""


class InitialCancellationAccepted(WakwakLetter):
    """A statutory initial cancellation was accepted (W-12.4, W-12.5, W-21.4)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "end_on": "2018-05-17",
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "fee_outcome": "due",
        "fee_due_on": "2018-09-30",
        "then": "W2_FAMILY",
    }

    end_on: Day
    then: str = "end"
    unbilled: bool = True
    """Whether months are not billed (W-12.5)."""
    fee: Fee | None = None
    fee_outcome: str | None = None
    fee_due_on: Day | None = None


class Termination(WakwakLetter):
    """The contract is terminated by NTT-ME (W-12.3c)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "end_on": "2018-08-15",
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
        "fee_outcome": "due",
        "fee_due_on": "2018-09-30",
    }

    end_on: Day
    fee: Fee | None = None
    fee_outcome: str | None = None
    fee_due_on: Day | None = None


class BenefitTerms(WakwakLetter):
    """The terms of a benefit set their own minimum period and fee (W-12.2p)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "benefit_id": "B-1",
        "from_on": "2018-07-01",
        "minimum_months": 12,
        "end_on": "2019-06-30",
        "fee": {"amount": 4500, "tax": 360, "total": 4860},
    }

    benefit_id: str
    from_on: Day
    minimum_months: int | None = None
    end_on: Day | None = None
    fee: Fee | None = None


class TermsChanged(WakwakLetter):
    """The terms or the service are changed or discontinued after notice (W-14.1, W-26.1)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "effective_on": "2018-06-01",
        "kind": "discontinue",
        "notice": "詳細は当社ホームページ。",
        "announced_on": "2018-01-11",
        "chapter": 2,
    }

    effective_on: Day
    kind: str = "terms_change"
    notice: str | None = None
    announced_on: Day | None = None
    to_course: str | None = None


class StatementIssued(WakwakLetter):
    """A monthly statement (W-24.1 with line charges; payment date set by the company)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "month": "2018-07",
        "due_on": "2018-08-31",
        "total": 4860,
        "items": [{"code": "monthly_basic", "money": {"amount": 4500, "tax": 360, "total": 4860}}],
        "chapter": 2,
    }

    month: MonthOf
    due_on: Day
    total: int | None = None
    items: list[Item] = Field(default_factory=list)


class ToldAgain(WakwakLetter):
    """What was written before no longer holds, since the life was decided again (X-05)."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {
        "withdrawn": ["cancellation_accepted", "contract_ended"],
        "state": "active",
        "course": "W2_FAMILY",
        "end_on": "2018-08-31",
        "letters": [
            {"kind": "contract_ended", "data": {"end_on": "2018-08-31"}},
            {"kind": "direct_billing", "data": {"from_on": "2018-09-01"}},
        ],
        "payment_agency": {"state": "off_ended", "since": "2018-10-01"},
    }

    withdrawn: list[str]
    """Kinds of letters."""
    letters: list[Sent] = Field(default_factory=list)
    """The letters themselves, by whose subjects they are named; empty in data of earlier releases."""
    state: str
    course: str
    end_on: Day | None = None
    payment_agency: Agency | None = None
    """How the line charges are paid now, where a letter about that no longer holds."""


class PersonChanged(WakwakLetter):
    """Contact details or a name were changed on request; without the values, since one copy goes to the old address."""

    EXAMPLE: ClassVar[Mapping[str, Any]] = {"changed_fields": ["お名前", "メールアドレス"], "changed_on": "2018-06-01"}

    changed_fields: list[str]
    """What was changed, in the customer's words."""
    changed_on: Day


LETTERS: Mapping[str, type[WakwakLetter]] = {
    "service_start": ServiceStart,
    "application_refused": ApplicationRefused,
    "filing_failed": FilingFailed,
    "course_moved": CourseMoved,
    "course_change_date": CourseChangeDate,
    "choice_request": ChoiceRequest,
    "choice_reminder": ChoiceReminder,
    "cancellation_accepted": CancellationAccepted,
    "contract_ended": ContractEnded,
    "fee_due": FeeDue,
    "fee_waived": FeeWaived,
    "direct_billing": DirectBilling,
    "initial_cancellation_accepted": InitialCancellationAccepted,
    "termination": Termination,
    "benefit_terms": BenefitTerms,
    "terms_changed": TermsChanged,
    "statement_issued": StatementIssued,
    "told_again": ToldAgain,
    "person_changed": PersonChanged,
}
"""By the name of the template."""
