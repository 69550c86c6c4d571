"""What customers and NTT believe by all that was sent to them, beside what is so.

How many letters went out on the way differs by the order in which facts came in; what their readers go by at the end
must not. So nothing is compared but the latest word about each thing that has not been taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple


class Message(NamedTuple):
    """One message as it was sent."""

    channel: str
    name: str
    data: Mapping[str, Any]


_OF_A_CHOICE = frozenset({"choice_request", "choice_reminder"})
_OF_THE_END = frozenset({"cancellation_accepted", "termination", "initial_cancellation_accepted", "contract_ended"})
_ANSWERS_A_CHOICE = frozenset({"told_again", "course_change_date", "application_refused"}) | _OF_THE_END
_BY_ROLLOUT = frozenset({"course_merge", "course_rename"})
"""Reasons of a course that its contractors were told of by a letter to all of them."""


def standing(sent: Iterable[Message]) -> tuple[list[Message], list[str]]:
    """What was sent and not taken back, in the order of sending; and kinds that were taken back and never sent.

    A letter that takes others back is among what stands: it says how the contract stands.
    """
    found, never, ever = list[Message](), list[str](), list[Message]()
    for each in sent:
        former_ones = _taken_back(each)
        for former in former_ones:
            # A choice is asked for by one letter at a time, with the days that hold then.
            alike = [one for one in found if one.name == former.name and one.name in _OF_A_CHOICE]
            own = [one for one in found if one == former] or alike[:1]
            found = [one for one in found if one not in own]
            never += [] if own or former in ever else [former.name]
        ever.append(each)
        if not former_ones or each.channel == "notice":
            found.append(each)
    return found, never


def _taken_back(message: Message) -> list[Message]:
    if message.name == "told_again":
        return [Message("notice", each["kind"], each["data"]) for each in message.data["letters"]]
    if message.channel == "carrier" and message.data.get("withdrawn"):
        return [message._replace(data={key: each for key, each in message.data.items() if key != "withdrawn"})]
    return []


class Belief:
    """What follows from the messages of one contract, read one after the other."""

    def __init__(self, sent: Sequence[Message]) -> None:
        """Read them."""
        self.end: str | None = None
        self.courses: dict[str, str] = {}
        """By the first day: what the course is, or will be."""
        self._applied_for: set[str] = set()
        self.cancelled_on: set[str] = set()
        """Days from which the course is what an initial cancellation made of it: its letter names what goes on."""
        self.choice: dict[str, Any] | None = None
        self.asked = False
        """Whether a choice is believed to be open."""
        self.direct: str | None = None
        """From when NTT bills directly, as the contractor knows it."""
        self.ntt_direct: set[str] = set()
        self.ntt_ended: set[tuple[str, str]] = set()
        messages, self.never = standing(sent)
        for each in messages:
            self._read_notice(each) if each.channel == "notice" else self._read_carrier(each)

    def _read_notice(self, letter: Message) -> None:
        data = letter.data
        ends = letter.name in _OF_THE_END and data.get("then", "end") == "end"
        if ends or letter.name == "told_again":
            self.end = data["end_on"]
        elif letter.name == "initial_cancellation_accepted":
            ahead = {day for day in self._applied_for if day >= data["end_on"]}
            self.courses = {day: course for day, course in self.courses.items() if day not in ahead}
            self.cancelled_on.add(data["end_on"])
        elif letter.name in {"course_change_date", "course_moved"}:
            self._applied_for |= {data["change_on"]} if "change_on" in data else set()
            self.courses[data.get("change_on") or data["on"]] = data.get("to_course") or data["course"]
        elif letter.name == "direct_billing":
            self.direct = data["from_on"]
        elif letter.name in _OF_A_CHOICE:
            self.choice = {name: data[name] for name in ("choices", "asked_on", "deadline_on")}
        self.asked = letter.name in _OF_A_CHOICE or (self.asked and letter.name not in _ANSWERS_A_CHOICE)

    def _read_carrier(self, message: Message) -> None:
        data = message.data
        if message.name == "DIRECT_BILLING":
            self.ntt_direct.add(data["from_on"])
        elif message.name == "DIRECT_BILLING_WITHDRAWN":
            self.ntt_direct.discard(data["from_on"])
        elif message.name == "CONTRACT" and data["change"] == "ended":
            self.ntt_ended.add((data["on"], data["course"]))


def untrue(sent: Sequence[Message], state: Mapping[str, Any]) -> list[str]:
    """Where what is believed of a contract is not so: what is / what is believed.

    Args:
        sent: all that went out, by time of sending.
        state: the contract as it stands, as JSON.
    """
    said = Belief(sent)
    pairs: dict[str, tuple[Any, Any]] = {
        "taken back, never sent": ([], said.never),
        "choice": (_choice(said, state), said.choice if state["state"] == "choosing" else None),
        "direct billing at NTT": (_direct(state), said.ntt_direct),
        "courses": ({}, _wrong_courses(said, state)),
    }
    if state["state"] in {"active", "choosing", "ending", "ended"}:
        pairs["end"] = (state["end_on"], said.end)
    if _direct(state):
        pairs["direct billing"] = (state["payment_agency"]["since"], said.direct)
    if said.ntt_ended:
        pairs["end at NTT"] = ({(state["end_on"], state["course"])}, said.ntt_ended)
    found = [f"{name}: {is_so} / {believed}" for name, (is_so, believed) in pairs.items() if is_so != believed]
    answered = (state["choice"] or {}).get("chosen_on") is not None
    if state["state"] == "active" and said.asked and not answered:
        found.append("choice: none / still asked for")
    return found


def _choice(said: Belief, state: Mapping[str, Any]) -> dict[str, Any] | None:
    if state["state"] != "choosing":
        return None
    asked = state["choice"]
    # A day that is over when the letter goes out is not named in it.
    over = said.choice is not None and said.choice["deadline_on"] is None
    deadline = None if over else asked["escalates_on"]
    return {"choices": asked["offered"], "asked_on": asked["opened_on"], "deadline_on": deadline}


def _direct(state: Mapping[str, Any]) -> set[str]:
    agency = state["payment_agency"]
    return {agency["since"]} if agency is not None and agency["state"] != "on" else set()


def _wrong_courses(said: Belief, state: Mapping[str, Any]) -> dict[str, Any]:
    """By day: a course that nobody was told of, or that was told and is none."""
    steps = [each for each in state["course_history"][1:] if each["reason"] not in _BY_ROLLOUT]
    was = {each["from_on"]: each["course"] for each in steps}
    pending = state["pending_course_change"]
    is_planned = pending and (pending.get("cause") or "course_change" in state["agenda"])
    ahead = {pending["change_on"]: pending["to_course"]} if pending and is_planned else {}
    moves = [each for each in state["agenda"].values() if each["event"] == "course_moved"]
    ahead = {each["on"]: each["data"]["to_course"] for each in moves} | ahead
    if state["end_on"] is not None:
        ahead = {day: course for day, course in ahead.items() if day <= state["end_on"]}
    # A move with the line that an applied change of its day overtakes is taken back on that day.
    overtaken = {*said.cancelled_on, *(() if pending and pending.get("cause") else ahead)}
    found = {day: course for day, course in {**was, **ahead}.items() if said.courses.get(day) != course}
    found = {
        day: course
        for day, course in found.items()
        if day not in overtaken or (day not in said.courses and day not in said.cancelled_on)
    }
    if state["state"] in {"active", "choosing"}:
        right = {**was, **ahead}
        found |= {
            day: f"told {course}"
            for day, course in said.courses.items()
            if right.get(day) != course and day not in overtaken and course != state["course"]
        }
    return found


_BY_ITS_MEMBER = ("left", "ineligible")
"""Ends that a letter of its own tells; the programme's own end is announced to all."""
_NAMING_A_DAY = frozenset({"left", "membership_ended", "storage_advice"})
"""Letters that name the day on which files are deleted."""
_PROGRAMME_ENDS = "2025-03-31"


def of_a_member(sent: Sequence[Message], state: Mapping[str, Any]) -> list[str]:
    """Where what a member believes of the end and of the storage is not so: what is / what is believed.

    Args:
        sent: all that went out, by time of sending.
        state: the membership as it stands, as JSON.
    """
    through, reverts, said, never = None, None, list[str](), list[str]()
    for letter in (each for each in sent if each.channel == "notice"):
        data = letter.data
        match letter.name:
            case "left":
                through, reverts = data["ended_on"], data["reverts_on"]
            case "membership_ended":
                through, reverts = data["usable_through"], data["reverts_on"]
            case "storage_advice":
                reverts = data["reverts_on"]
            case "club_told_again":
                # Of whoever goes on it names the day as well: the programme's, or that of a leaving which stands.
                through = data["usable_through"] if data["usable_through"] != _PROGRAMME_ENDS else None
                reverts = reverts if _NAMING_A_DAY.isdisjoint(data["withdrawn"]) else None
                never += [name for name in data["withdrawn"] if name not in said]
                said = [name for name in said if name not in data["withdrawn"]]
        said.append(letter.name)
    over, leaving = state["state"] in _BY_ITS_MEMBER, state["state"] == "active" and state["left_on"] is not None
    is_so = state["usable_through"] if over else state["left_on"] if leaving else None
    if state["state"] == "active" and through == state["usable_through"]:
        is_so = through
    found = [f"taken back, never sent: {never}"] if never else []
    found += [f"through: {is_so} / {through}"] if through != is_so else []
    storage = state["storage"]
    if over and storage["state"] == "off_grace" and reverts != storage["reverts_on"]:
        found.append(f"reverts: {storage['reverts_on']} / {reverts}")
    if state["state"] == "active" and not leaving and reverts is not None:
        found.append(f"reverts: goes on / {reverts}")
    return found
