from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.inquiry_body_reason_code_type_0 import (
    InquiryBodyReasonCodeType0,
    check_inquiry_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="InquiryBody")


@_attrs_define
class InquiryBody:
    """A question about the line, or a dispute (`LINE_DISPUTE`).

    Attributes:
        topic (str):
        text (str):
        reason (None | str | Unset):
        reason_code (InquiryBodyReasonCodeType0 | None | Unset):
        on_behalf_of (None | str | Unset):
        attributable (bool | Unset):  Default: False.
    """

    topic: str
    text: str
    reason: None | str | Unset = UNSET
    reason_code: InquiryBodyReasonCodeType0 | None | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET
    attributable: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        topic = self.topic

        text = self.text

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

        attributable = self.attributable

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "topic": topic,
                "text": text,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of
        if attributable is not UNSET:
            field_dict["attributable"] = attributable

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        topic = d.pop("topic")

        text = d.pop("text")

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> InquiryBodyReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_inquiry_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InquiryBodyReasonCodeType0 | None | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        attributable = d.pop("attributable", UNSET)

        inquiry_body = cls(
            topic=topic,
            text=text,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            attributable=attributable,
        )

        return inquiry_body
