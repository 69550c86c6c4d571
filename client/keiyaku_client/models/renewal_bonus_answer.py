from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.renewal_bonus_answer_window import RenewalBonusAnswerWindow


T = TypeVar("T", bound="RenewalBonusAnswer")


@_attrs_define
class RenewalBonusAnswer:
    """With the renewal months as `from` and `to`, both inclusive, and the last day for booking.

    Attributes:
        outcome (str):
        effective_on (datetime.date | None):
        articles (list[str]):
        edition (None | str):
        detail (str):
        points (int):
        window (RenewalBonusAnswerWindow):
        book_by (datetime.date):
        reasons (list[str]):
    """

    outcome: str
    effective_on: datetime.date | None
    articles: list[str]
    edition: None | str
    detail: str
    points: int
    window: RenewalBonusAnswerWindow
    book_by: datetime.date
    reasons: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        outcome = self.outcome

        effective_on: None | str
        if isinstance(self.effective_on, datetime.date):
            effective_on = self.effective_on.isoformat()
        else:
            effective_on = self.effective_on

        articles = self.articles

        edition: None | str
        edition = self.edition

        detail = self.detail

        points = self.points

        window = self.window.to_dict()

        book_by = self.book_by.isoformat()

        reasons = self.reasons

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "outcome": outcome,
                "effective_on": effective_on,
                "articles": articles,
                "edition": edition,
                "detail": detail,
                "points": points,
                "window": window,
                "book_by": book_by,
                "reasons": reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.renewal_bonus_answer_window import RenewalBonusAnswerWindow  # noqa: PLC0415

        d = dict(src_dict)
        outcome = d.pop("outcome")

        def _parse_effective_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                effective_on_type_0 = datetime.date.fromisoformat(data)

                return effective_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        effective_on = _parse_effective_on(d.pop("effective_on"))

        articles = cast(list[str], d.pop("articles"))

        def _parse_edition(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        edition = _parse_edition(d.pop("edition"))

        detail = d.pop("detail")

        points = d.pop("points")

        window = RenewalBonusAnswerWindow.from_dict(d.pop("window"))

        book_by = datetime.date.fromisoformat(d.pop("book_by"))

        reasons = cast(list[str], d.pop("reasons"))

        renewal_bonus_answer = cls(
            outcome=outcome,
            effective_on=effective_on,
            articles=articles,
            edition=edition,
            detail=detail,
            points=points,
            window=window,
            book_by=book_by,
            reasons=reasons,
        )

        renewal_bonus_answer.additional_properties = d
        return renewal_bonus_answer

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
