from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.renewal_bonus_question_service_class import (
    RenewalBonusQuestionServiceClass,
    check_renewal_bonus_question_service_class,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RenewalBonusQuestion")


@_attrs_define
class RenewalBonusQuestion:
    """Does a renewal of にねん割 earn the bonus?

    Attributes:
        term_end_month (str):
        service_class (RenewalBonusQuestionServiceClass):
        registered_on (datetime.date):
        ninen_wari_cancelled_on (datetime.date | None | Unset):
        in_use_through (datetime.date | None | Unset):
    """

    term_end_month: str
    service_class: RenewalBonusQuestionServiceClass
    registered_on: datetime.date
    ninen_wari_cancelled_on: datetime.date | None | Unset = UNSET
    in_use_through: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        term_end_month = self.term_end_month

        service_class: str = self.service_class

        registered_on = self.registered_on.isoformat()

        ninen_wari_cancelled_on: None | str | Unset
        if isinstance(self.ninen_wari_cancelled_on, Unset):
            ninen_wari_cancelled_on = UNSET
        elif isinstance(self.ninen_wari_cancelled_on, datetime.date):
            ninen_wari_cancelled_on = self.ninen_wari_cancelled_on.isoformat()
        else:
            ninen_wari_cancelled_on = self.ninen_wari_cancelled_on

        in_use_through: None | str | Unset
        if isinstance(self.in_use_through, Unset):
            in_use_through = UNSET
        elif isinstance(self.in_use_through, datetime.date):
            in_use_through = self.in_use_through.isoformat()
        else:
            in_use_through = self.in_use_through

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "term_end_month": term_end_month,
                "service_class": service_class,
                "registered_on": registered_on,
            }
        )
        if ninen_wari_cancelled_on is not UNSET:
            field_dict["ninen_wari_cancelled_on"] = ninen_wari_cancelled_on
        if in_use_through is not UNSET:
            field_dict["in_use_through"] = in_use_through

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        term_end_month = d.pop("term_end_month")

        service_class = check_renewal_bonus_question_service_class(d.pop("service_class"))

        registered_on = datetime.date.fromisoformat(d.pop("registered_on"))

        def _parse_ninen_wari_cancelled_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ninen_wari_cancelled_on_type_0 = datetime.date.fromisoformat(data)

                return ninen_wari_cancelled_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        ninen_wari_cancelled_on = _parse_ninen_wari_cancelled_on(d.pop("ninen_wari_cancelled_on", UNSET))

        def _parse_in_use_through(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                in_use_through_type_0 = datetime.date.fromisoformat(data)

                return in_use_through_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        in_use_through = _parse_in_use_through(d.pop("in_use_through", UNSET))

        renewal_bonus_question = cls(
            term_end_month=term_end_month,
            service_class=service_class,
            registered_on=registered_on,
            ninen_wari_cancelled_on=ninen_wari_cancelled_on,
            in_use_through=in_use_through,
        )

        return renewal_bonus_question
