from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.line_facts import LineFacts


T = TypeVar("T", bound="EligibilityQuestion")


@_attrs_define
class EligibilityQuestion:
    """Could this line carry the service on that day?

    Attributes:
        chapter (int):
        line (LineFacts): A line as in an application; its id is not needed.
        on (datetime.date):
    """

    chapter: int
    line: LineFacts
    on: datetime.date

    def to_dict(self) -> dict[str, Any]:
        chapter = self.chapter

        line = self.line.to_dict()

        on = self.on.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "chapter": chapter,
                "line": line,
                "on": on,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.line_facts import LineFacts  # noqa: PLC0415

        d = dict(src_dict)
        chapter = d.pop("chapter")

        line = LineFacts.from_dict(d.pop("line"))

        on = datetime.date.fromisoformat(d.pop("on"))

        eligibility_question = cls(
            chapter=chapter,
            line=line,
            on=on,
        )

        return eligibility_question
