from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CancellationDateQuestion")


@_attrs_define
class CancellationDateQuestion:
    """When would a contract end if it were cancelled by this notice?

    Attributes:
        channel (str): `paper` or `online`; no other is offered
        received_at (datetime.datetime):
        wanted_month (None | str | Unset):
    """

    channel: str
    received_at: datetime.datetime
    wanted_month: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        channel = self.channel

        received_at = self.received_at.isoformat()

        wanted_month: None | str | Unset
        if isinstance(self.wanted_month, Unset):
            wanted_month = UNSET
        else:
            wanted_month = self.wanted_month

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "channel": channel,
                "received_at": received_at,
            }
        )
        if wanted_month is not UNSET:
            field_dict["wanted_month"] = wanted_month

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        channel = d.pop("channel")

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        def _parse_wanted_month(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        wanted_month = _parse_wanted_month(d.pop("wanted_month", UNSET))

        cancellation_date_question = cls(
            channel=channel,
            received_at=received_at,
            wanted_month=wanted_month,
        )

        return cancellation_date_question
