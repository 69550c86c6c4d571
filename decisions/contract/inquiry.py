"""Questions and disputes about the line: answered from the filing, taken on, or referred to NTT (articles 8, 20)."""

from __future__ import annotations

from dataclasses import replace

from decisions.contract.facts import InquiryKnown
from decisions.contract.parts import Parts
from decisions.domain import Context, NotAllowedError, Outgoing, Step, known, operator_task
from models.messages.contract.contract import ContractState
from models.messages.contract.notices import Inquire
from rules.calendar import japan_day
from rules.citation import Decision
from rules.contract.application import line_inquiry

DISPUTE_TASK = "LINE_DISPUTE_OURS"


def inquire(state: ContractState, command: Inquire, context: Context) -> list[Step]:
    """Record an inquiry (W-08.2, W-08.4, W-20.2); it moves nothing.

    What the filing tells is answered at once; without a filing the same question is referred to NTT, with its
    content (W-13.1d). A dispute that NTT-ME caused is for an operator to answer.

    Raises:
        NotAllowedError: it would be for NTT to answer, and the contract has no line to ask about.
    """
    day = japan_day(context.moment)
    ruling = line_inquiry(state.chapter, command.topic, day, attributable=command.attributable)
    asked = known(context, InquiryKnown)
    if ruling.outcome == "answer" and asked.filing is None:
        ruling = replace(ruling, outcome="refer", detail="no filing of ours tells it: referred to NTT")
    data = {"topic": command.topic, "attributable": command.attributable}
    if ruling.outcome == "answer":
        return [
            _step(
                replace(
                    ruling, data={**data, "answer": asked.filing.model_dump(mode="json") if asked.filing else None}
                ),
                Parts(),
            )
        ]
    if ruling.outcome == "ours":
        task = operator_task(DISPUTE_TASK, context.moment, *ruling.articles)
        return [_step(replace(ruling, data=data), Parts(put={"tasks": task}))]
    if state.line is None:
        message = "The contract has no line yet: nothing says whether NTT East or West would answer."
        raise NotAllowedError(message, articles=ruling.articles)
    exchange = "W-13.1d" if state.chapter == 1 else "W-25.1"
    ruling = replace(
        ruling, articles=(*ruling.articles, exchange), data={**data, "ask": f"NTT_{state.line.carrier_area}"}
    )
    told = {"topic": command.topic, "text": asked.note}
    body = {key: value for key, value in told.items() if value is not None}
    return [_step(ruling, Parts(outgoing=(Outgoing("carrier", "INQUIRY", body),)))]


def _step(decision: Decision, parts: Parts) -> Step:
    return Step("inquiry", decision, parts.patch(), outgoing=parts.outgoing)
