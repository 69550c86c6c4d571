from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="LoginBody")


@_attrs_define
class LoginBody:
    """Member id, password, and what NTT's network handed to the browser.

    Attributes:
        member_id (str):
        password (str):
        line_token (str):
    """

    member_id: str
    password: str
    line_token: str

    def to_dict(self) -> dict[str, Any]:
        member_id = self.member_id

        password = self.password

        line_token = self.line_token

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "member_id": member_id,
                "password": password,
                "line_token": line_token,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        member_id = d.pop("member_id")

        password = d.pop("password")

        line_token = d.pop("line_token")

        login_body = cls(
            member_id=member_id,
            password=password,
            line_token=line_token,
        )

        return login_body
