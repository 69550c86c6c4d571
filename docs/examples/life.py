"""A contract in memory, for the examples: what the recorder keeps in PostgreSQL is kept in a list here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from decisions.contract.domain import CONTRACT
from decisions.contract.facts import BilledItem, LineKnown
from decisions.engine import Outcome, Run
from models.messages.contract.contract import ContractState
from models.messages.contract.rollout import RolloutStep
from models.messages.entity import Entry
from rules.calendar import JST


def jst(text: str) -> datetime:
    """A moment of Japan time: `2019-04-25 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)


class NothingOwed:
    """What any decision about a contract may ask of the world: here no statement is unpaid."""

    def owed_statements(self) -> list[str]:
        """Statements still to be paid."""
        return []

    def credit(self) -> int:
        """Yen the contractor is owed back."""
        return 0

    def refundable(self) -> int:
        """Yen of that to be paid out."""
        return 0

    def unbilled(self) -> bool:
        """Whether the next statement bills or takes back something."""
        return False

    def billed_months(self) -> dict[str, str]:
        """Monthly fees on statements that stand, by month."""
        return {}

    def billed_items(self) -> list[BilledItem]:
        """Items on statements that stand."""
        return []

    def rollouts(self) -> list[RolloutStep]:
        """Rollouts that have begun."""
        return []

    def line_taken(self, *asked: object) -> bool:
        """Whether another contract holds the line on some of the days."""
        _ = asked
        return False


@dataclass
class Life:
    """One contract: its state and its log."""

    state: dict[str, Any] = field(default_factory=lambda: ContractState().model_dump(mode="json"))
    log: list[Entry] = field(default_factory=list)

    def ask(self, name: str, at: datetime, **fields: Any) -> Outcome:
        """Send one command at a business moment, the moment of keying in."""
        handler = CONTRACT.commands[name]
        command = handler.command.model_validate({"op": f"{name}-{len(self.log)}", "at": at, **fields})
        facts = LineKnown(line_taken=False) if handler.facts is LineKnown else None
        run = Run(CONTRACT, self.state, at, log=self.log, facts=facts, standing=NothingOwed())
        run.command(name, command)
        return self._keep(run.outcome)

    def pass_to(self, at: datetime) -> Outcome:
        """Let time pass: whatever falls due by the moment, inclusive, happens."""
        run = Run(CONTRACT, self.state, at, log=self.log, standing=NothingOwed())
        run.carry_out_due(at)
        return self._keep(run.outcome)

    def _keep(self, outcome: Outcome) -> Outcome:
        self.state = outcome.state
        self.log += outcome.entries
        return outcome

    @property
    def now(self) -> ContractState:
        """The typed state."""
        return ContractState.model_validate(self.state)


def started() -> Life:
    """A contract applied for on 2018-05-20, in service from 2018-06-12: its minimum term ends on 2020-05-31."""
    life = Life()
    life.ask(
        "apply",
        jst("2018-05-20 09:00"),
        contract_id="K1",
        person_id="P1",
        line_key="L1",
        course="W2_FAMILY",
        channel="online",
        received_at="2018-05-20T08:00:00+09:00",
        line={"operator": "EAST"},
        consents={"general_terms": "2017-06-01", "course_terms": "2017-06-01", "carrier_terms": "EAST-2017"},
    )
    life.ask("start_service", jst("2018-06-13 09:00"), service_start_on="2018-06-12")
    return life
