from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.minimum_term_shown_source import (
    MinimumTermShownSource,
    check_minimum_term_shown_source,
)

T = TypeVar("T", bound="MinimumTermShown")


@_attrs_define
class MinimumTermShown:
    """Both days inclusive.

    Attributes:
        start_on (datetime.date):
        end_on (datetime.date):
        source (MinimumTermShownSource):
    """

    start_on: datetime.date
    end_on: datetime.date
    source: MinimumTermShownSource
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start_on = self.start_on.isoformat()

        end_on = self.end_on.isoformat()

        source: str = self.source

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start_on": start_on,
                "end_on": end_on,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        start_on = datetime.date.fromisoformat(d.pop("start_on"))

        end_on = datetime.date.fromisoformat(d.pop("end_on"))

        source = check_minimum_term_shown_source(d.pop("source"))

        minimum_term_shown = cls(
            start_on=start_on,
            end_on=end_on,
            source=source,
        )

        minimum_term_shown.additional_properties = d
        return minimum_term_shown

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
