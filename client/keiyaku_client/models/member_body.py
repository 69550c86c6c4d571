from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MemberBody")


@_attrs_define
class MemberBody:
    """Personal data and the password: kept in the database only, the password as a hash.

    Attributes:
        name (str):
        email (str):
        phone (str):
        password (str):
        name_kana (str | Unset):  Default: ''.
    """

    name: str
    email: str
    phone: str
    password: str
    name_kana: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        email = self.email

        phone = self.phone

        password = self.password

        name_kana = self.name_kana

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "email": email,
                "phone": phone,
                "password": password,
            }
        )
        if name_kana is not UNSET:
            field_dict["name_kana"] = name_kana

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        email = d.pop("email")

        phone = d.pop("phone")

        password = d.pop("password")

        name_kana = d.pop("name_kana", UNSET)

        member_body = cls(
            name=name,
            email=email,
            phone=phone,
            password=password,
            name_kana=name_kana,
        )

        return member_body
