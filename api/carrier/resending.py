"""What NTT's side does after a refused callback: every refusal says it, for programs and for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from api.doors.problems import Problem
from models.messages.entity import DECISION_FAILED
from models.said import Said
from rules.explain.wording import refusal


class SendAgain(StrEnum):
    """How a message is sent that was refused: the member `send_again` of the problem document."""

    SAME = "same"
    SIGNED_ANEW = "signed_anew"
    CORRECTED = "corrected"
    AS_ANOTHER = "as_another"


SENTENCES: Mapping[SendAgain, Said] = MappingProxyType(
    {
        SendAgain.SAME: Said(
            "同じメッセージを同じ webhook-id で、間をおいて 200 になるまで送り直してください。二重にはなりません",
            "Send the same message under the same webhook-id again and again until it is answered 200; it counts once.",
        ),
        SendAgain.SIGNED_ANEW: Said(
            "共有の鍵といまの時刻で署名し直して、同じメッセージを送ってください",
            "Sign the same message again, with the shared secret and the present time, and send it.",
        ),
        SendAgain.CORRECTED: Said(
            "このままでは何度送っても断られます。直したものを新しい webhook-id で送ってください",
            "Sent as it is, it is refused again: correct it and send it under a new webhook-id.",
        ),
        SendAgain.AS_ANOTHER: Said(
            "先に届いたものが有効です。別のメッセージであれば、それ自身の新しい番号で送ってください。そうでなければ何も要りません",
            "The one that came first stands. If this is another message, send it under new ids of its own; otherwise "
            "nothing is to be done.",
        ),
    }
)

_BY_CODE: Mapping[str, SendAgain] = MappingProxyType(
    {DECISION_FAILED: SendAgain.SAME, "ANOTHER_MESSAGE": SendAgain.AS_ANOTHER, "BAD_SIGNATURE": SendAgain.SIGNED_ANEW}
)
_PASSING = frozenset({408, 429})
"""Besides 5xx, what has nothing to do with the message."""
_OWN_FAULT = 500

_CALLBACKS = re.compile(r"/v1/carrier/(filings/[^/]*/status|line-notices)/?")


def to_sender(method: str, path: str, problem: Problem) -> Problem:
    """The problem as it answers a request; of a callback of NTT it says what to do next, whatever refused it."""
    if method != "POST" or _CALLBACKS.fullmatch(path) is None or "send_again" in problem.extra:
        return problem
    passing = problem.status >= _OWN_FAULT or problem.status in _PASSING
    how = _BY_CODE.get(problem.code, SendAgain.SAME if passing else SendAgain.CORRECTED)
    sentence = SENTENCES[how]
    known = problem.extra.get("message") or refusal(problem.code, "ja", problem.values)
    problem.detail = f"{problem.detail} {sentence}"
    problem.extra |= {"message": "。".join(filter(None, (known, sentence.ja))), "send_again": str(how)}
    return problem
