"""Which way a decision went, in a few words behind what happened: approved or refused, charged or not, how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.courses.course_catalogue import full_name
from rules.explain.articles import Language, task
from rules.explain.articles import event as happened
from rules.explain.wording import date_of, day, money, yen
from rules.terms import constant

_WAYS: Mapping[str, tuple[str, str]] = {
    "approved": ("承認", "approved"),
    "refused": ("却下", "refused"),
    "declined": ("不承諾", "declined"),
    "needs_approval": ("承認待ち", "waits for approval"),
    "needs_operator": ("担当者の判断待ち", "waits for an operator"),
    "nothing": ("変更なし", "nothing changes"),
    "superseded": ("変更なし", "nothing changes"),
    "skipped": ("対象外", "left out"),
    "kept_open": ("締めずに継続", "kept open"),
    "change_cancelled": ("コース変更を取りやめ", "the change of course is cancelled"),
    "granted": ("免除を認める", "granted"),
    "watched": ("留保", "suspended"),
}
"""Outcome → in words; one that the event says already has none."""

_OF_EVENT: Mapping[tuple[str, str], tuple[str, str]] = {
    ("decide_fee", "due"): ("請求する", "charged"),
    ("decide_fee", "waived"): ("請求しない", "not charged"),
    ("decide_course_change", "accepted"): ("承諾", "accepted"),
    ("decide_course_change", "refused"): ("不承諾", "refused"),
    ("waive", "waived"): ("免除", "waived"),
    ("close", "closed"): ("締めました", "closed"),
    ("choose", "continue"): ("契約を続ける", "continues"),
    **{
        ("line_notice", way): ("コース・期間・料金に変更なし", "course, term and money stay as they are")
        for way in ("nothing", "superseded")
    },
    ("line_notice", "choice_opened"): ("契約者の選択待ち", "the contractor is asked to choose"),
    ("line_notice", "choice_narrowed"): ("選択肢を変更", "the choices are others now"),
    ("line_notice", "ends_choice"): ("選択は不要", "there is nothing to choose any more"),
    ("line_notice", "course_moves"): ("コースを変更", "the course changes"),
}

_FEES: Mapping[str, tuple[str, str]] = {
    "due": ("解約事務手数料", "cancellation fee"),
    "reduced": ("解約事務手数料", "cancellation fee"),
    "needs_operator": ("解約事務手数料(担当者が判断)", "cancellation fee, to be decided"),
    "watched": ("解約事務手数料(留保)", "cancellation fee, suspended"),
}


def outcome(event: str, decision: Mapping[str, Any], effective_on: Any, language: Language) -> str:
    """Which way, and how much; empty where the event alone says it all.

    Args:
        event: its name in the log.
        decision: what was recorded as told; where entries no longer count by it, `voids` and the first one's event as
            `voided_event` beside it.
        effective_on: the day it takes effect.
        language: of the words.
    """
    index = 0 if language == "ja" else 1
    way = str(decision.get("outcome") or "")
    words = _OF_EVENT.get((event, way)) or _WAYS.get(way)
    said = [words[index]] if words else []
    if decision.get("held_id"):
        said.append(f"#{decision['held_id']}")
    if decision.get("replaces"):
        said.append((f"(#{decision['replaces']} の内容が変わったため)", f"in place of #{decision['replaces']}")[index])
    if decision.get("why") and event == "settle_task":
        said.append(_settled(str(decision["why"]), index, language))
    if decision.get("sets_gb"):
        size = f"{decision['sets_gb']:g}"
        said.append(f"ストレージの容量を{size}GBに変更" if language == "ja" else f"the storage is set to {size} GB")
    if event == "close":
        said += [task(str(code), language) for code in decision.get("asked", ())]
    said += _names(event, decision, index, language)
    said += _money(event, decision, index, language)
    on = date_of(effective_on)
    if said and event in {"cancel", "terminate"} and on is not None:
        said.insert(0, f"{day(on, 'ja')}をもって" if language == "ja" else f"with {day(on, 'en')}")
    return " ".join(said)


def _settled(why: str, index: int, language: Language) -> str:
    """What was settled, and which way where settling is itself the decision: a waiver that is not granted (A-36)."""
    if why in _REFUSED_BY_SETTLING:
        return _REFUSED_BY_SETTLING[why][index]
    what = task(why, language)
    return f"確認済み: {what}" if language == "ja" else f"settled: {what}"


_REFUSED_BY_SETTLING: Mapping[str, tuple[str, str]] = {
    "WAIVER_REQUESTED": ("免除を認めない", "waiver not granted"),
}


def _names(event: str, decision: Mapping[str, Any], index: int, language: Language) -> list[str]:
    """Where it leads, or what it takes back."""
    to_course = decision.get("to_course") or (decision.get("course") if event == "switch_course" else None)
    if to_course:
        return [f"→ {full_name(str(to_course), language)}"]
    if event in _STORAGE:
        return [_storage(decision, index)]
    if event == "set_mail_consents":
        return [_consents(decision, index)]
    voids = decision.get("voids")
    if isinstance(voids, list | tuple) and voids:
        what = happened(str(decision["voided_event"]), language) if decision.get("voided_event") else ""
        numbers = ("・", ", ")[index].join(f"#{each}" for each in voids)
        return [" ".join(each for each in (("取り消した記録:", "taken back:")[index], numbers, what) if each)]
    return []


_STORAGE = frozenset({"change_support", "change_storage_plan"})


def _storage(decision: Mapping[str, Any], index: int) -> str:
    """Which support service begins or ends, or how much storage the plan has."""
    if "capacity_gb" in decision:
        return f"{decision['capacity_gb']}GB"
    name = constant("club.support_services", dict[str, str]).get(str(decision.get("service")), "")
    way = ("開始", "begins") if decision.get("active") else ("終了", "ends")
    return f"{name} {way[index]}".strip()


def _consents(decision: Mapping[str, Any], index: int) -> str:
    """Which mails are wanted from now on, and which are not (M-08.2, M-08.3)."""
    said = [f"{name[index]} {_WANTED[bool(decision[code])][index]}" for code, name in _MAILS if code in decision]
    return ("、", ", ")[index].join(said)


_MAILS: Sequence[tuple[str, tuple[str, str]]] = (
    ("club", ("クラブのメール", "the club's mail")),
    ("ntt_east", ("NTT東日本のメール", "NTT East's mail")),
)
_WANTED: Mapping[bool, tuple[str, str]] = {True: ("希望する", "wanted"), False: ("希望しない", "not wanted")}


def _money(event: str, decision: Mapping[str, Any], index: int, language: Language) -> list[str]:
    amount = decision.get("fee")
    if isinstance(amount, Mapping) and amount.get("total"):
        name = _FEES.get(str(decision.get("fee_outcome") or ""), ("", ""))[index]
        return [" ".join(each for each in (name, money(amount, language)) if each)]
    owed = decision.get("owed")
    if event == "record_payment" and isinstance(owed, int) and isinstance(decision.get("amount"), int):
        received, left = yen(decision["amount"], language), yen(owed, language)
        return [f"{received}を受領、残り {left}" if language == "ja" else f"{received} received, {left} still owed"]
    back = decision.get("owed_back")
    if event == "record_refund" and isinstance(back, int) and isinstance(decision.get("amount"), int):
        paid, left = yen(decision["amount"], language), yen(back, language)
        return [f"{paid}を返金、返金の残り {left}" if language == "ja" else f"{paid} paid out, {left} still owed back"]
    if isinstance(decision.get("amount"), int):
        return [yen(decision["amount"], language)]
    if event == "adjust_points" and isinstance(decision.get("points"), int):
        return [f"{decision['points']:,}{'ポイント' if language == 'ja' else ' points'}"]
    return []
