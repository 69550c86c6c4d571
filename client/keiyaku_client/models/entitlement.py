from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Entitlement")


@_attrs_define
class Entitlement:
    """The month of use, or the term end month, that the points belong to; exactly one.

    Attributes:
        usage_month (None | str | Unset):
        term_end_month (None | str | Unset):
    """

    usage_month: None | str | Unset = UNSET
    term_end_month: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        usage_month: None | str | Unset
        if isinstance(self.usage_month, Unset):
            usage_month = UNSET
        else:
            usage_month = self.usage_month

        term_end_month: None | str | Unset
        if isinstance(self.term_end_month, Unset):
            term_end_month = UNSET
        else:
            term_end_month = self.term_end_month

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if usage_month is not UNSET:
            field_dict["usage_month"] = usage_month
        if term_end_month is not UNSET:
            field_dict["term_end_month"] = term_end_month

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_usage_month(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        usage_month = _parse_usage_month(d.pop("usage_month", UNSET))

        def _parse_term_end_month(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        term_end_month = _parse_term_end_month(d.pop("term_end_month", UNSET))

        entitlement = cls(
            usage_month=usage_month,
            term_end_month=term_end_month,
        )

        return entitlement
