from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.wind_down_body_reason_code_type_0 import (
    WindDownBodyReasonCodeType0,
    check_wind_down_body_reason_code_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.redated_body import RedatedBody


T = TypeVar("T", bound="WindDownBody")


@_attrs_define
class WindDownBody:
    """The plan by which the club ends; all days inclusive.

    Attributes:
        announced_on (datetime.date):
        registration_ends_on (datetime.date):
        last_grant_month (str):
        points_redated (RedatedBody): Lots granted in these days, both inclusive, get another last usable day (M-04.4).
        ends_on (datetime.date):
        reason (None | str | Unset):
        reason_code (None | Unset | WindDownBodyReasonCodeType0):
        on_behalf_of (None | str | Unset):
    """

    announced_on: datetime.date
    registration_ends_on: datetime.date
    last_grant_month: str
    points_redated: RedatedBody
    ends_on: datetime.date
    reason: None | str | Unset = UNSET
    reason_code: None | Unset | WindDownBodyReasonCodeType0 = UNSET
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        announced_on = self.announced_on.isoformat()

        registration_ends_on = self.registration_ends_on.isoformat()

        last_grant_month = self.last_grant_month

        points_redated = self.points_redated.to_dict()

        ends_on = self.ends_on.isoformat()

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
                "announced_on": announced_on,
                "registration_ends_on": registration_ends_on,
                "last_grant_month": last_grant_month,
                "points_redated": points_redated,
                "ends_on": ends_on,
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
        from ..models.redated_body import RedatedBody  # noqa: PLC0415

        d = dict(src_dict)
        announced_on = datetime.date.fromisoformat(d.pop("announced_on"))

        registration_ends_on = datetime.date.fromisoformat(d.pop("registration_ends_on"))

        last_grant_month = d.pop("last_grant_month")

        points_redated = RedatedBody.from_dict(d.pop("points_redated"))

        ends_on = datetime.date.fromisoformat(d.pop("ends_on"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_reason_code(data: object) -> None | Unset | WindDownBodyReasonCodeType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_code_type_0 = check_wind_down_body_reason_code_type_0(data)

                return reason_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WindDownBodyReasonCodeType0, data)

        reason_code = _parse_reason_code(d.pop("reason_code", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        wind_down_body = cls(
            announced_on=announced_on,
            registration_ends_on=registration_ends_on,
            last_grant_month=last_grant_month,
            points_redated=points_redated,
            ends_on=ends_on,
            reason=reason,
            reason_code=reason_code,
            on_behalf_of=on_behalf_of,
        )

        return wind_down_body
