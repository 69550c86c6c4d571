from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.member_line_body_operator import (
    MemberLineBodyOperator,
    check_member_line_body_operator,
)
from ..models.member_line_body_service_class_type_0 import (
    MemberLineBodyServiceClassType0,
    check_member_line_body_service_class_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="MemberLineBody")


@_attrs_define
class MemberLineBody:
    """The member's フレッツ光 line.

    Attributes:
        operator (MemberLineBodyOperator):
        line_id (str): A CAF, COP or 2N number, or an older お客さまID; case, width, blanks and hyphens make no difference.
            Answered in capitals and digits.
        service_type (str):
        in_use_since (datetime.date):
        service_class (MemberLineBodyServiceClassType0 | None | Unset):
        ninen_wari_started_on (datetime.date | None | Unset):
    """

    operator: MemberLineBodyOperator
    line_id: str
    service_type: str
    in_use_since: datetime.date
    service_class: MemberLineBodyServiceClassType0 | None | Unset = UNSET
    ninen_wari_started_on: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        operator: str = self.operator

        line_id = self.line_id

        service_type = self.service_type

        in_use_since = self.in_use_since.isoformat()

        service_class: None | str | Unset
        if isinstance(self.service_class, Unset):
            service_class = UNSET
        elif isinstance(self.service_class, str):
            service_class = self.service_class
        else:
            service_class = self.service_class

        ninen_wari_started_on: None | str | Unset
        if isinstance(self.ninen_wari_started_on, Unset):
            ninen_wari_started_on = UNSET
        elif isinstance(self.ninen_wari_started_on, datetime.date):
            ninen_wari_started_on = self.ninen_wari_started_on.isoformat()
        else:
            ninen_wari_started_on = self.ninen_wari_started_on

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "operator": operator,
                "line_id": line_id,
                "service_type": service_type,
                "in_use_since": in_use_since,
            }
        )
        if service_class is not UNSET:
            field_dict["service_class"] = service_class
        if ninen_wari_started_on is not UNSET:
            field_dict["ninen_wari_started_on"] = ninen_wari_started_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        operator = check_member_line_body_operator(d.pop("operator"))

        line_id = d.pop("line_id")

        service_type = d.pop("service_type")

        in_use_since = datetime.date.fromisoformat(d.pop("in_use_since"))

        def _parse_service_class(data: object) -> MemberLineBodyServiceClassType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                service_class_type_0 = check_member_line_body_service_class_type_0(data)

                return service_class_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MemberLineBodyServiceClassType0 | None | Unset, data)

        service_class = _parse_service_class(d.pop("service_class", UNSET))

        def _parse_ninen_wari_started_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ninen_wari_started_on_type_0 = datetime.date.fromisoformat(data)

                return ninen_wari_started_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        ninen_wari_started_on = _parse_ninen_wari_started_on(d.pop("ninen_wari_started_on", UNSET))

        member_line_body = cls(
            operator=operator,
            line_id=line_id,
            service_type=service_type,
            in_use_since=in_use_since,
            service_class=service_class,
            ninen_wari_started_on=ninen_wari_started_on,
        )

        return member_line_body
