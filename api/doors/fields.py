"""Field types of request bodies: bounded, so that everything that parses can be stored and answered."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from models.bounds import REPLACEMENT, Day, Moment, MonthText, wrong_character
from models.texts import addresses, phone
from models.texts.line_id import LineId
from rules import named

__all__ = ["Day", "LineId", "Moment", "MonthText"]


LONG_MAX = 4000
"""Characters of a text of several lines."""


class Body(BaseModel):
    """A request body: unknown fields are refused, so that a misspelt one is never silently lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def shown(**example: Any) -> ConfigDict:
    """The configuration of a body with an example for the published document."""
    return ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [example]})


def _plain(value: str, *, lines: bool = True) -> str:
    if REPLACEMENT in value:
        raise PydanticCustomError("broken_text", "characters were lost when this text was read; send it as UTF-8")
    wrong = wrong_character(value, lines=lines)
    if wrong is not None:
        raise PydanticCustomError("unseen_character", wrong)
    return value


def one_line(value: str) -> str:
    """A text of one line, every character of which is seen.

    Raises:
        ValueError: a control, invisible or direction-changing character is in it.
    """
    return _plain(value, lines=False)


def plain_inside(value: Any) -> Any:
    """A JSON value whose every text, however deep, could stand in a letter.

    Raises:
        ValueError: as `one_line`, but for the ends of lines; or a text is longer than `LONG_MAX`.
    """
    if isinstance(value, str):
        if len(value) > LONG_MAX:
            raise PydanticCustomError("string_too_long", "a text has at most {most} characters", {"most": LONG_MAX})
        return _plain(value)
    for each in value if isinstance(value, list) else [*value, *value.values()] if isinstance(value, dict) else ():
        plain_inside(each)
    return value


def number(value: str) -> str:
    """A telephone number, or nothing.

    Raises:
        ValueError: it cannot be dialled.
    """
    if value and not phone.is_number(value):
        raise PydanticCustomError("phone", "digits, with +, hyphens, parentheses and blanks between them")
    return value


def mailbox(value: str) -> str:
    """An address by the grammar of `models.texts.addresses`.

    Raises:
        ValueError: it is none.
    """
    try:
        addresses.parse(value)
    except addresses.AddressError as error:
        raise PydanticCustomError("mail_address", "{why}", {"why": str(error)}) from None
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(one_line)]
"""A name, an address: one line of plain text, every character of which is seen."""
TextOrNone = Annotated[str, StringConstraints(max_length=400), AfterValidator(one_line)]
"""As `Text`; empty says that there is none."""
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
"""A code or an edition that a rule judges: no free text, since it is kept in the log for good and reaches Temporal."""
CourseName = Annotated[Word, AfterValidator(named.course)]
"""A course; what is none goes on as UNKNOWN (`rules.named`), and is refused as that."""
ThenName = Annotated[Word, AfterValidator(named.then)]
ChannelName = Annotated[Word, AfterValidator(named.channel)]
"""The command takes the ways of the rule and no other (`Channel`), so its door asks `check_channel` of the rule first:
who calls by phone is told the article, not that the body is malformed. The rule asks once more, for other doors."""
EditionName = Annotated[Word, AfterValidator(named.edition)]
CarrierTermsName = Annotated[Word, AfterValidator(named.carrier_terms)]
"""The like for what else a rule knows by name."""
LongText = Annotated[str, StringConstraints(min_length=1, max_length=LONG_MAX), AfterValidator(_plain)]
"""A typed reason."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9_]{0,39}$")]
HeldId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]
"""What waits for an operator's approval."""
Email = Annotated[
    str,
    StringConstraints(min_length=3, max_length=addresses.LENGTH_MAX),
    AfterValidator(one_line),
    AfterValidator(mailbox),
]
"""An address by the grammar of `models.texts.addresses`, kept as it was sent."""
Phone = Annotated[
    str, StringConstraints(min_length=1, max_length=phone.LENGTH_MAX), AfterValidator(one_line), AfterValidator(number)
]
"""A telephone number by the grammar of `models.texts.phone`, kept as it was sent."""
PhoneOrNone = Annotated[
    str, StringConstraints(max_length=phone.LENGTH_MAX), AfterValidator(one_line), AfterValidator(number)
]
"""As `Phone`; empty says that there is none."""
Channel = Literal["online", "paper"]

PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")


def _as_id(value: str) -> str:
    """An id as it is; of anything else a digest: a name or an address must reach neither the log nor Temporal."""
    return value if PLAIN_ID.fullmatch(value) else f"text:{hashlib.sha256(value.encode()).hexdigest()[:24]}"


OnBehalf = Annotated[Text, AfterValidator(_as_id)]
"""For whom a caller acts, as an id of the caller's own; what is no id is kept as its digest."""

ReasonCode = Literal[
    "customer_request",
    "not_line_holder",
    "operational",
    "general_terms",
    "ntt_changed_type",
    "entry_error",
    "evidence_accepted",
    "evidence_rejected",
    "line_problem",
    "breach",
    "goodwill",
    "other",
]
"""The published list of reason codes; free text goes into `reason` and stays in the database."""


class Mutable(Body):
    """What every mutation may carry; a body says itself how it becomes a command."""

    kept_here: ClassVar[frozenset[str]] = frozenset()
    """Fields that stay in the database and are no part of the command."""

    reason: LongText | None = None
    reason_code: ReasonCode | None = None
    on_behalf_of: OnBehalf | None = None

    def facts(self) -> dict[str, Any]:
        """The command's own fields: the body's, without what every mutation may carry."""
        return self.model_dump(exclude=set(COMMON | self.kept_here))

    def note(self) -> str | None:
        """The free text that is kept in the database and never reaches Temporal."""
        return self.reason


COMMON = frozenset(Mutable.model_fields)


class Bare(Mutable):
    """Nothing but what every mutation may carry."""

    model_config = shown(reason="asked at the counter")


class Reasoned(Mutable):
    """A discretionary step demands a reason (X-05)."""

    model_config = shown(reason="checked by telephone", reason_code="other")

    reason: LongText
    reason_code: ReasonCode = "other"


class SettlementBody(Reasoned):
    """A task, by its code, that no other request settles."""

    model_config = shown(why="LINE_HOLDER_CHANGED", reason="承継の届出を確認")

    why: Code


SEQ_MAX = 1_000_000_000


class CorrectionBody(Reasoned):
    """The wrong entry."""

    model_config = shown(voids=5, reason="keyed in for the wrong contract", reason_code="entry_error")

    voids: int = Field(ge=1, le=SEQ_MAX, strict=True)


class RevisionBody(Reasoned):
    """Whether a late fact, an undo or a correction that turns out against the customer or member shall count."""

    model_config = shown(
        held_id="12", accept=True, reason="the letter bears our stamp of that day", reason_code="evidence_accepted"
    )

    held_id: HeldId
    """From the answer that said `needs_approval`, or from `awaiting` of the contract or membership."""
    accept: bool
