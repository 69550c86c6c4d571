from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ApplicantBody")


@_attrs_define
class ApplicantBody:
    """Personal data: kept in the database only.

    Attributes:
        name (str):
        name_kana (str):
        email (str):
        phone (str):
        postal_code (str):
        address (str):
    """

    name: str
    name_kana: str
    email: str
    phone: str
    postal_code: str
    address: str

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        name_kana = self.name_kana

        email = self.email

        phone = self.phone

        postal_code = self.postal_code

        address = self.address

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "name_kana": name_kana,
                "email": email,
                "phone": phone,
                "postal_code": postal_code,
                "address": address,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        name_kana = d.pop("name_kana")

        email = d.pop("email")

        phone = d.pop("phone")

        postal_code = d.pop("postal_code")

        address = d.pop("address")

        applicant_body = cls(
            name=name,
            name_kana=name_kana,
            email=email,
            phone=phone,
            postal_code=postal_code,
            address=address,
        )

        return applicant_body
