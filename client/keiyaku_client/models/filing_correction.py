from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.filing_correction_reason_code_type_0 import (
    FilingCorrectionReasonCodeType0,
    check_filing_correction_reason_code_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.filing_correction_fields import FilingCorrectionFields


T = TypeVar("T", bound="FilingCorrection")


@_attrs_define
class FilingCorrection:
    """Corrected fields by name, such as `{"address": "…"}`.

    Attributes:
        fields (FilingCorrectionFields):
        reason (None | str | Unset):
        reason_code (FilingCorrectionReasonCodeType0 | None | Unset):
        on_behalf_of (None | str | Unset):
    """

    fields: FilingCorrectionFields
    reason: None | str | Unset = UNSET
    reason_code: FilingCorrectionReasonCodeType0 | None | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        fields = self.fields.to_dict()

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

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "fields": fields,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.filing_correction_fields import FilingCorrectionFields  # noqa: PLC0415

        d = dict(src_dict)
        fields = FilingCorrectionFields.from_dict(d.pop("fields"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> FilingCorrectionReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_filing_correction_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FilingCorrectionReasonCodeType0 | None | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        filing_correction = cls(
            fields=fields,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return filing_correction
