from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="MemberBody")


@_attrs_define
class MemberBody:
    """Personal data and the password: kept in the database only, the password as a hash.

    Attributes:
        name (str):
        email (str):
        phone (str):
        password (str):
    """

    name: str
    email: str
    phone: str
    password: str

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        email = self.email

        phone = self.phone

        password = self.password

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "email": email,
                "phone": phone,
                "password": password,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        email = d.pop("email")

        phone = d.pop("phone")

        password = d.pop("password")

        member_body = cls(
            name=name,
            email=email,
            phone=phone,
            password=password,
        )

        return member_body
