from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.registration_question_customer import (
    RegistrationQuestionCustomer,
    check_registration_question_customer,
)
from ..models.registration_question_operator import (
    RegistrationQuestionOperator,
    check_registration_question_operator,
)

T = TypeVar("T", bound="RegistrationQuestion")


@_attrs_define
class RegistrationQuestion:
    """Would this application for membership be accepted?

    Attributes:
        applied_at (datetime.datetime):
        operator (RegistrationQuestionOperator):
        customer (RegistrationQuestionCustomer):
    """

    applied_at: datetime.datetime
    operator: RegistrationQuestionOperator
    customer: RegistrationQuestionCustomer

    def to_dict(self) -> dict[str, Any]:
        applied_at = self.applied_at.isoformat()

        operator: str = self.operator

        customer: str = self.customer

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "applied_at": applied_at,
                "operator": operator,
                "customer": customer,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        applied_at = datetime.datetime.fromisoformat(d.pop("applied_at"))

        operator = check_registration_question_operator(d.pop("operator"))

        customer = check_registration_question_customer(d.pop("customer"))

        registration_question = cls(
            applied_at=applied_at,
            operator=operator,
            customer=customer,
        )

        return registration_question
