from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.registration_customer import (
    RegistrationCustomer,
    check_registration_customer,
)
from ..models.registration_reason_code_type_0 import (
    RegistrationReasonCodeType0,
    check_registration_reason_code_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.member_body import MemberBody
    from ..models.member_line_body import MemberLineBody


T = TypeVar("T", bound="Registration")


@_attrs_define
class Registration:
    """An application for membership (新規会員登録, 再登録).

    Attributes:
        line (MemberLineBody): The member's フレッツ光 line.
        applied_at (datetime.datetime):
        member (MemberBody): Personal data and the password: kept in the database only, the password as a hash.
        reason (None | str | Unset):
        reason_code (None | RegistrationReasonCodeType0 | Unset):
        on_behalf_of (None | str | Unset):
        customer (RegistrationCustomer | Unset):  Default: 'INDIVIDUAL'.
        mail_magazine (bool | Unset):  Default: False.
    """

    line: MemberLineBody
    applied_at: datetime.datetime
    member: MemberBody
    reason: None | str | Unset = UNSET
    reason_code: None | RegistrationReasonCodeType0 | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET
    customer: RegistrationCustomer | Unset = "INDIVIDUAL"
    mail_magazine: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        line = self.line.to_dict()

        applied_at = self.applied_at.isoformat()

        member = self.member.to_dict()

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        reason_code: None | str | Unset
        if isinstance(self.reason_code, Unset):
            reason_code = UNSET
        elif isinstance(self.reason_code, str):
            reason_code = self.reason_code
        else:
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        customer: str | Unset = UNSET
        if not isinstance(self.customer, Unset):
            customer = self.customer

        mail_magazine = self.mail_magazine

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "line": line,
                "applied_at": applied_at,
                "member": member,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of
        if customer is not UNSET:
            field_dict["customer"] = customer
        if mail_magazine is not UNSET:
            field_dict["mail_magazine"] = mail_magazine

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.member_body import MemberBody  # noqa: PLC0415
        from ..models.member_line_body import MemberLineBody  # noqa: PLC0415

        d = dict(src_dict)
        line = MemberLineBody.from_dict(d.pop("line"))

        applied_at = datetime.datetime.fromisoformat(d.pop("applied_at"))

        member = MemberBody.from_dict(d.pop("member"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> None | RegistrationReasonCodeType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_registration_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RegistrationReasonCodeType0 | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        _customer = d.pop("customer", UNSET)
        customer: RegistrationCustomer | Unset
        if isinstance(_customer, Unset):
            customer = UNSET
        else:
            customer = check_registration_customer(_customer)

        mail_magazine = d.pop("mail_magazine", UNSET)

        registration = cls(
            line=line,
            applied_at=applied_at,
            member=member,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            customer=customer,
            mail_magazine=mail_magazine,
        )

        return registration
