from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.application_channel import ApplicationChannel, check_application_channel
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.applicant_body import ApplicantBody
    from ..models.consents_body import ConsentsBody
    from ..models.line_body import LineBody


T = TypeVar("T", bound="Application")


@_attrs_define
class Application:
    """An application (申込).

    Attributes:
        course (str):
        channel (ApplicationChannel):
        received_at (datetime.datetime):
        applicant (ApplicantBody): Personal data: kept in the database only.
        line (LineBody): The フレッツ光 line; `line_id` is null when NTT-ME files for a new one.
        consents (ConsentsBody): The editions agreed to; all three are needed (W-05.1).
        start_line (bool | Unset):  Default: False.
        wished_dates (list[datetime.date] | Unset):
        identity_required (bool | Unset):  Default: False.
        written_on (datetime.date | None | Unset):
        posted_on (datetime.date | None | Unset):
        reason (None | str | Unset):
        on_behalf_of (None | str | Unset):
    """

    course: str
    channel: ApplicationChannel
    received_at: datetime.datetime
    applicant: ApplicantBody
    line: LineBody
    consents: ConsentsBody
    start_line: bool | Unset = False
    wished_dates: list[datetime.date] | Unset = UNSET
    identity_required: bool | Unset = False
    written_on: datetime.date | None | Unset = UNSET
    posted_on: datetime.date | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    on_behalf_of: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        course = self.course

        channel: str = self.channel

        received_at = self.received_at.isoformat()

        applicant = self.applicant.to_dict()

        line = self.line.to_dict()

        consents = self.consents.to_dict()

        start_line = self.start_line

        wished_dates: list[str] | Unset = UNSET
        if not isinstance(self.wished_dates, Unset):
            wished_dates = []
            for wished_dates_item_data in self.wished_dates:
                wished_dates_item = wished_dates_item_data.isoformat()
                wished_dates.append(wished_dates_item)

        identity_required = self.identity_required

        written_on: None | str | Unset
        if isinstance(self.written_on, Unset):
            written_on = UNSET
        elif isinstance(self.written_on, datetime.date):
            written_on = self.written_on.isoformat()
        else:
            written_on = self.written_on

        posted_on: None | str | Unset
        if isinstance(self.posted_on, Unset):
            posted_on = UNSET
        elif isinstance(self.posted_on, datetime.date):
            posted_on = self.posted_on.isoformat()
        else:
            posted_on = self.posted_on

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        on_behalf_of: None | str | Unset
        if isinstance(self.on_behalf_of, Unset):
            on_behalf_of = UNSET
        else:
            on_behalf_of = self.on_behalf_of

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "course": course,
                "channel": channel,
                "received_at": received_at,
                "applicant": applicant,
                "line": line,
                "consents": consents,
            }
        )
        if start_line is not UNSET:
            field_dict["start_line"] = start_line
        if wished_dates is not UNSET:
            field_dict["wished_dates"] = wished_dates
        if identity_required is not UNSET:
            field_dict["identity_required"] = identity_required
        if written_on is not UNSET:
            field_dict["written_on"] = written_on
        if posted_on is not UNSET:
            field_dict["posted_on"] = posted_on
        if reason is not UNSET:
            field_dict["reason"] = reason
        if on_behalf_of is not UNSET:
            field_dict["on_behalf_of"] = on_behalf_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.applicant_body import ApplicantBody  # noqa: PLC0415
        from ..models.consents_body import ConsentsBody  # noqa: PLC0415
        from ..models.line_body import LineBody  # noqa: PLC0415

        d = dict(src_dict)
        course = d.pop("course")

        channel = check_application_channel(d.pop("channel"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        applicant = ApplicantBody.from_dict(d.pop("applicant"))

        line = LineBody.from_dict(d.pop("line"))

        consents = ConsentsBody.from_dict(d.pop("consents"))

        start_line = d.pop("start_line", UNSET)

        _wished_dates = d.pop("wished_dates", UNSET)
        wished_dates: list[datetime.date] | Unset = UNSET
        if _wished_dates is not UNSET:
            wished_dates = []
            for wished_dates_item_data in _wished_dates:
                wished_dates_item = datetime.date.fromisoformat(wished_dates_item_data)

                wished_dates.append(wished_dates_item)

        identity_required = d.pop("identity_required", UNSET)

        def _parse_written_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                written_on_type_0 = datetime.date.fromisoformat(data)

                return written_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        written_on = _parse_written_on(d.pop("written_on", UNSET))

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

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_on_behalf_of(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        on_behalf_of = _parse_on_behalf_of(d.pop("on_behalf_of", UNSET))

        application = cls(
            course=course,
            channel=channel,
            received_at=received_at,
            applicant=applicant,
            line=line,
            consents=consents,
            start_line=start_line,
            wished_dates=wished_dates,
            identity_required=identity_required,
            written_on=written_on,
            posted_on=posted_on,
            reason=reason,
            on_behalf_of=on_behalf_of,
        )

        return application
