"""What an answer lists of a revision: entries that fall and come, money that moves, and who is told (X-05).

The rows are JSON from the beginning: the answer, the entry of the log and what waits for an approval keep the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

from models.messages.entity import Told

if TYPE_CHECKING:
    from decisions.domain import Outgoing

LISTS = ("revises", "money", "tells")
"""The lists by name, as an answer has them."""

TOLD_CHANNELS = frozenset({"notice", "carrier"})
"""Channels that reach somebody outside."""


class EntryShown(TypedDict):
    """An entry of the log in a list."""

    event: str
    outcome: str | None
    effective_on: str
    """Japan day, ISO."""
    detail: str | None


class Revises(TypedDict):
    """An entry that falls and what stands in its place, or one that comes where nothing stood."""

    seq: int | None
    """Of the entry that falls; None where none does."""
    was: EntryShown | None
    becomes: EntryShown | None


class ChargeShown(TypedDict):
    """A charge in a list."""

    code: str
    state: str
    month: NotRequired[str]
    """Of what recurs."""
    due_on: str | None
    """The last Japan day to pay, ISO; None where nothing falls due."""
    money: dict[str, int]
    """Yen, as `rules.money.Money.as_json`."""


class Moves(TypedDict):
    """A charge as it was told and as it is now."""

    charge_id: str | None
    was: ChargeShown | None
    becomes: ChargeShown | None
    difference: int
    """Yen owed more (+) or less (-)."""


How = Literal["sent", "withdrawn"]


class Tells(TypedDict):
    """Messages of one kind that go out, or that were told and no longer hold."""

    what: str
    channel: str
    how: How
    times: NotRequired[int]
    """How many messages, only where it is more than one."""


Message = tuple[str, str, How]
"""What, by which channel, and how."""


@dataclass(frozen=True)
class Lists:
    """What a revision adds to the answer."""

    revises: list[Revises] = field(default_factory=list)
    money: list[Moves] = field(default_factory=list)
    tells: list[Tells] = field(default_factory=list)

    @classmethod
    def of(cls, decision: Mapping[str, Any]) -> Lists | None:
        """Those that a decision was told with; None where it has none."""
        return cls(**{name: decision[name] for name in LISTS}) if LISTS[0] in decision else None

    def as_json(self) -> dict[str, Any]:
        """As an answer has them."""
        return {"revises": self.revises, "money": self.money, "tells": self.tells}

    @property
    def before_recorded(self) -> Lists:
        """While nothing of it is recorded: what comes has no id yet."""
        money: list[Moves] = [each if each["was"] else {**each, "charge_id": None} for each in self.money]
        return Lists(self.revises, money, self.tells)


def tells(sent: Sequence[Outgoing], withdrawn: Sequence[Told] = ()) -> list[Tells]:
    """Who outside is told what, and what was told and no longer holds; each once, with how many messages where more."""
    named: list[Message] = [(each.name, each.channel, "sent") for each in sent if each.channel in TOLD_CHANNELS]
    named += [(each.name, each.channel, "withdrawn") for each in withdrawn]
    return listed(Counter(named))


def listed(named: Mapping[Message, int]) -> list[Tells]:
    """A row each: `times` only where it is several messages."""
    rows: list[Tells] = []
    for (what, channel, how), times in named.items():
        if times > 1:
            rows.append({"what": what, "channel": channel, "how": how, "times": times})
        elif times > 0:
            rows.append({"what": what, "channel": channel, "how": how})
    return rows


def counted(rows: Iterable[Tells]) -> Counter[Message]:
    """How many messages rows of `listed` stand for, in their order."""
    found: Counter[Message] = Counter()
    for each in rows:
        found[each["what"], each["channel"], each["how"]] += each.get("times", 1)
    return found


def with_numbers(decision: dict[str, Any], changed: Mapping[str, int]) -> dict[str, Any]:
    """A decision that lists what it sends, with the letters that go out and no others.

    Args:
        decision: as it was told.
        changed: how many letters of a name go out, of each name of which that is another number than was listed.
    """
    if "tells" not in decision or not changed:
        return decision
    told = counted(decision["tells"])
    for what, channel, how in list(told):
        if how == "sent" and what in changed:
            told[what, channel, how] = changed[what]
    named = {what for what, _, how in told if how == "sent"}
    told.update({(name, "notice", "sent"): changed[name] for name in sorted(set(changed) - named)})
    return {**decision, "tells": listed(told)}


def takes_back(moved: Sequence[Moves]) -> bool:
    """Whether something that was billed already is owed no more, or is another amount."""
    return any(each["was"] is not None for each in moved)


def together(first: dict[str, Any], then: dict[str, Any], sent: Sequence[Outgoing]) -> dict[str, Any]:
    """What is answered of a fact that takes another one out first: its own decision, and the lists of both."""
    was, now = Lists.of(first) or Lists(), Lists.of(then) or Lists()
    withdrawn = [each for each in now.tells if each["how"] == "withdrawn"]
    both = Lists(
        [*was.revises, *(each for each in now.revises if each not in was.revises)],
        [*was.money, *(each for each in now.money if each not in was.money)],
        listed(counted([*was.tells, *tells(sent), *withdrawn])),
    )
    return {**then, **both.as_json()}
