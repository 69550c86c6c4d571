from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.cancellation_body_reason_code_type_0 import (
    CancellationBodyReasonCodeType0,
    check_cancellation_body_reason_code_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CancellationBody")


@_attrs_define
class CancellationBody:
    """解約の届出: a letter counts by its arrival, a form by its sending.

    Attributes:
        channel (str):
        received_at (datetime.datetime):
        reason (None | str | Unset):
        reason_code (CancellationBodyReasonCodeType0 | None | Unset):
        on_behalf_of (None | str | Unset):
        wanted_month (None | str | Unset):
        posted_on (datetime.date | None | Unset):
    """

    channel: str
    received_at: datetime.datetime
    reason: None | str | Unset = UNSET
    reason_code: CancellationBodyReasonCodeType0 | None | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET
    wanted_month: None | str | Unset = UNSET
    posted_on: datetime.date | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        channel = self.channel

        received_at = self.received_at.isoformat()

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

        wanted_month: None | str | Unset
        if isinstance(self.wanted_month, Unset):
            wanted_month = UNSET
        else:
            wanted_month = self.wanted_month

        posted_on: None | str | Unset
        if isinstance(self.posted_on, Unset):
            posted_on = UNSET
        elif isinstance(self.posted_on, datetime.date):
            posted_on = self.posted_on.isoformat()
        else:
            posted_on = self.posted_on

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "channel": channel,
                "received_at": received_at,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of
        if wanted_month is not UNSET:
            field_dict["wanted_month"] = wanted_month
        if posted_on is not UNSET:
            field_dict["posted_on"] = posted_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        channel = d.pop("channel")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> CancellationBodyReasonCodeType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_cancellation_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CancellationBodyReasonCodeType0 | None | Unset, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        def _parse_wanted_month(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        wanted_month = _parse_wanted_month(d.pop("wanted_month", UNSET))

        def _parse_posted_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                posted_on_type_0 = datetime.date.fromisoformat(data)

                return posted_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        posted_on = _parse_posted_on(d.pop("posted_on", UNSET))

        cancellation_body = cls(
            channel=channel,
            received_at=received_at,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
            wanted_month=wanted_month,
            posted_on=posted_on,
        )

        return cancellation_body
