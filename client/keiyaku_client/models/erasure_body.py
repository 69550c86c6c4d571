from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.erasure_body_reason_code import (
    ErasureBodyReasonCode,
    check_erasure_body_reason_code,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="ErasureBody")


@_attrs_define
class ErasureBody:
    """Why a person is erased: by a code alone, since free text would stay behind.

    Attributes:
        reason_code (ErasureBodyReasonCode):
        on_behalf_of (None | str | Unset):
    """

    reason_code: ErasureBodyReasonCode
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason_code: str = self.reason_code

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason_code": reason_code,
            }
        )
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason_code = check_erasure_body_reason_code(d.pop("reason_code"))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        erasure_body = cls(
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return erasure_body
