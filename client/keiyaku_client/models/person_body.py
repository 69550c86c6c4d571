from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.person_body_reason_code import (
    PersonBodyReasonCode,
    check_person_body_reason_code,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PersonBody")


@_attrs_define
class PersonBody:
    """What is to stand from now on; a field left out stays. A name is the person's own (改姓).

    Attributes:
        reason (str):
        reason_code (PersonBodyReasonCode | Unset):  Default: 'other'.
        on_behalf_of (None | str | Unset):
        name (None | str | Unset):
        name_kana (None | str | Unset):
        email (None | str | Unset):
        phone (None | str | Unset):
        postal_code (None | str | Unset):
        address (None | str | Unset):
    """

    reason: str
    reason_code: PersonBodyReasonCode | Unset = "other"
    on_behalf_of: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    name_kana: None | str | Unset = UNSET
    email: None | str | Unset = UNSET
    phone: None | str | Unset = UNSET
    postal_code: None | str | Unset = UNSET
    address: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        reason_code: str | Unset = UNSET
        if not isinstance(self.reason_code, Unset):
            reason_code = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        name_kana: None | str | Unset
        if isinstance(self.name_kana, Unset):
            name_kana = UNSET
        else:
            name_kana = self.name_kana

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        phone: None | str | Unset
        if isinstance(self.phone, Unset):
            phone = UNSET
        else:
            phone = self.phone

        postal_code: None | str | Unset
        if isinstance(self.postal_code, Unset):
            postal_code = UNSET
        else:
            postal_code = self.postal_code

        address: None | str | Unset
        if isinstance(self.address, Unset):
            address = UNSET
        else:
            address = self.address

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of
        if name is not UNSET:
            field_dict["name"] = name
        if name_kana is not UNSET:
            field_dict["name_kana"] = name_kana
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone
        if postal_code is not UNSET:
            field_dict["postal_code"] = postal_code
        if address is not UNSET:
            field_dict["address"] = address

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: PersonBodyReasonCode | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_person_body_reason_code(_reason_code)

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_name_kana(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name_kana = _parse_name_kana(d.pop("name_kana", UNSET))

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_phone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        phone = _parse_phone(d.pop("phone", UNSET))

        def _parse_postal_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        postal_code = _parse_postal_code(d.pop("postal_code", UNSET))

        def _parse_address(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        address = _parse_address(d.pop("address", UNSET))

        person_body = cls(
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            name=name,
            name_kana=name_kana,
            email=email,
            phone=phone,
            postal_code=postal_code,
            address=address,
        )

        return person_body
