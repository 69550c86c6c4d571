"""What the recipients believe: the latest word about each thing, of all that was sent and not taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Message(NamedTuple):
    """One message as it was sent."""

    channel: str
    name: str
    data: Mapping[str, Any]


_OF_A_CHOICE = frozenset({"choice_request", "choice_reminder"})
_OF_THE_END = frozenset({"cancellation_accepted", "termination", "initial_cancellation_accepted", "contract_ended"})


def standing(sent: Iterable[Message]) -> tuple[list[Message], list[str]]:
    """What was sent and has had no counterpart, by time of sending; and what was taken back without being said."""
    found, never = list[Message](), list[str]()
    for each in sent:
        former_ones = _taken_back(each)
        for former in former_ones:
            same = [one for one in found if one == former] or [
                one for one in found if one.name == former.name and one.name in _OF_A_CHOICE
            ]
            if same:
                last = len(found) - 1 - next(i for i, one in enumerate(reversed(found)) if one is same[-1])
                del found[last]
            else:
                never.append(former.name)
        if not former_ones or each.name == "told_again":
            found.append(each)
    return found, never


def _taken_back(message: Message) -> list[Message]:
    if message.name == "told_again":
        return [Message("notice", each["kind"], each["data"]) for each in message.data["letters"]]
    if message.channel == "carrier" and message.data.get("withdrawn"):
        return [message._replace(data={key: each for key, each in message.data.items() if key != "withdrawn"})]
    return []


def believed(sent: Iterable[Message]) -> dict[str, Any]:
    """By what it is about: the latest word."""
    found: dict[str, Any] = {}
    messages, never = standing(sent)
    if never:
        found["taken back, never said"] = sorted(never)
    for each in messages:
        data = each.data
        match each.channel, each.name:
            case "notice", "told_again":
                found["end"] = data["end_on"]
            case "notice", "initial_cancellation_accepted":
                if data["then"] == "end":
                    found["end"] = data["end_on"]
                else:
                    changes = found.get("changes", {})
                    found["changes"] = {day: course for day, course in changes.items() if day < data["end_on"]}
                    found["changes"][data["end_on"]] = data["then"]
            case "notice", "cancellation_accepted" | "termination" | "contract_ended":
                found["end"] = data["end_on"]
                if each.name != "contract_ended" or "fee" in data:
                    found["end fee"] = (data["fee"]["total"], data["fee_due_on"]) if "fee" in data else None
            case "notice", "service_start":
                found["start"] = data["service_start_on"]
            case "notice", "choice_request" | "choice_reminder":
                found["choice"] = {key: data[key] for key in ("choices", "asked_on", "deadline_on")}
            case "notice", "direct_billing":
                found["direct"] = data["from_on"]
            case "notice", "course_change_date":
                found.setdefault("changes", {})[data["change_on"]] = data["to_course"]
            case "notice", "course_moved":
                found.setdefault("changes", {})[data["on"]] = data["course"]
            case "notice", "benefit_terms":
                found.setdefault("benefits", {})[data["benefit_id"]] = data
            case "carrier", "DIRECT_BILLING":
                found.setdefault("ntt direct", set()).add(data["from_on"])
            case "carrier", "DIRECT_BILLING_WITHDRAWN":
                found.setdefault("ntt direct", set()).discard(data["from_on"])
            case "carrier", "CONTRACT":
                found.setdefault("ntt contract", {}).setdefault(data["change"], set()).add((data["on"], data.get("to_course")))
            case "carrier", "LINE_CHANGE" | "PAYMENT_STATUS":
                found.setdefault("ntt others", []).append(dict(data))
            case "notice", "fee_due" | "fee_waived":
                found.setdefault("fees", {})[str((data.get("last_on"), data.get("end_on"), data.get("code"))) ] = (each.name, data["fee"])
    return found


_ANSWERS = frozenset({"told_again", "course_change_date", "application_refused"}) | _OF_THE_END


def _still_asked(sent: Iterable[Message]) -> bool:
    asked = False
    for each in sent:
        if each.name in _OF_A_CHOICE:
            asked = True
        elif each.name in _ANSWERS:
            asked = False
    return asked


def untrue(sent: Iterable[Message], state: Mapping[str, Any], on: str) -> list[str]:
    """What is believed otherwise than it is."""
    said, found = believed(sent), list[str]()

    def check(name: str, is_so: Any) -> None:
        if said.get(name) != is_so:
            found.append(f"{name}: is {is_so!r}, believed {said.get(name)!r}")

    check("taken back, never said", None)
    if state["state"] in {"ending", "ended"}:
        check("end", state["end_on"])
    elif said.get("end"):
        check("end", state["end_on"])
    if state["state"] == "choosing":
        choice = state["choice"]
        right = {"choices": choice["offered"], "asked_on": choice["opened_on"], "deadline_on": choice["escalates_on"]}
        if said.get("choice") and said["choice"]["deadline_on"] is None:
            right["deadline_on"] = None
        check("choice", right)
    elif state["state"] == "active" and _still_asked(sent) and not (state["choice"] or {}).get("chosen_on"):
        found.append("choice: believed open")
    agency = state.get("payment_agency")
    days = {agency["since"]} if agency and agency["state"] != "on" else set()
    if said.get("ntt direct", set()) != days:
        found.append(f"ntt direct: is {days}, believed {said.get('ntt direct')}")
    if days:
        check("direct", agency["since"])
    ended = {each for each, _ in said.get("ntt contract", {}).get("ended", ())}
    if len(ended) > 1 or (ended and state["state"] != "ended") or (ended and ended != {state["end_on"]}):
        found.append(f"ntt ended: is {state['end_on']}, believed {ended}")
    pending = state.get("pending_course_change")
    if pending and said.get("changes", {}).get(pending["change_on"]) != pending["to_course"] and not pending.get("waits"):
        if "change_on" in pending and pending["change_on"]:
            found.append(f"pending: is {pending}, believed {said.get('changes')}")
    history = {step["from_on"]: step["course"] for step in state["course_history"][1:]}
    reasons = {step["from_on"]: step["reason"] for step in state["course_history"][1:]}
    for day, course in history.items():
        if "merge" in reasons[day] or "rename" in reasons[day]:
            continue
        if said.get("changes", {}).get(day) != course:
            found.append(f"moved: is {day} {course}, believed {said.get('changes')}")
    if state["state"] in {"active", "choosing"}:
        for day, course in said.get("changes", {}).items():
            if history.get(day) != course and course != state["course"] and not (pending and pending["change_on"] == day):
                found.append(f"no such change: {day} {course}")
    return found
