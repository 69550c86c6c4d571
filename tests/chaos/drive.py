"""The lives of a run: lanes side by side, round after round, the clock moved on between rounds."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import httpx

from tests.chaos.client import CLOCK, Asked, Client, NoAnswerError
from tests.chaos.lives import Contract, Life, Step, born, next_day

if TYPE_CHECKING:
    from embedded.stack import EmbeddedStack

LANES = 8
STEPS = 8
"""Of one lane in one round."""
LIVES_MAX = 3
"""Open at once in a lane."""
OPENED_S = 240.0
ROLES = ("operator", "auditor")
PAUSE_S = 0.2


@dataclass
class Lane:
    """A few lives at a time, one request after the other."""

    number: int
    seed: int
    client: Client
    lives: list[Life] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Answers that are not what the life's own past demands."""
    unanswered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The same seed asks the same."""
        self.chance = random.Random(f"{self.seed}/{self.number}")  # noqa: S311  # nothing secret
        self._count = itertools.count(1)

    def round(self, steps: int, until: float) -> None:
        """Ask so many times, or until the time is up; a life that nobody answers is given up."""
        ends = len(self.client.asked) + steps
        while len(self.client.asked) < ends and time.monotonic() < until:
            life = self._pick()
            try:
                self._one(life)
            except NoAnswerError as error:
                self.unanswered.append(str(error))
                self.lives.remove(life)

    def _pick(self) -> Life:
        open_lives = [each for each in self.lives if not each.is_over]
        if len(open_lives) < LIVES_MAX and (not open_lives or self.chance.random() < 0.5):
            life = born(self.chance, f"CAF{self.number}{next(self._count):09d}")
            self.lives.append(life)
            return life
        return self.chance.choice(open_lives)

    def _one(self, life: Life) -> None:
        now = self.client.now()
        life.pass_to(now.date())
        if life.is_over:
            return
        step = life.step(self.chance, now)
        tried = self._ask(step, life, dry_run=True) if step.dry and self.chance.random() < 0.2 else None
        asked = self._ask(step, life)
        if asked.status not in step.wanted:
            self.wrong.append(f"{asked}: {asked.status} {asked.answer}, not {sorted(step.wanted)}; it was {life}")
            return
        if tried is not None:
            self._compare(tried, asked)
        if not asked.granted:
            return
        step.took(asked.answer)
        asked.entity_id = life.entity_id
        if step.state is not None and asked.answer["state"] != step.state:
            self.wrong.append(f"{asked}: state {asked.answer['state']}, not {step.state}; {life}")
        life.state = asked.answer["state"]
        if isinstance(life, Contract) and life.state == "filing":
            self._until_opened(life)

    def _ask(self, step: Step, life: Life, *, dry_run: bool = False) -> Asked:
        key = f"chaos-{self.seed}-{self.number}-{len(self.client.asked) + 1}"
        entity_id = life.entity_id if life.entity else None
        return self.client.ask(Asked(key, step.role, step.method, step.path, step.body, dry_run, entity_id))

    def _compare(self, tried: Asked, asked: Asked) -> None:
        """What a dry run foretold is what happened: nobody else asks anything of this life."""
        same = tried.granted == asked.granted
        for name in ("state", "effective_on", "code"):
            same = same and tried.answer.get(name) == asked.answer.get(name)
        if not same:
            self.wrong.append(f"{asked}: {asked.answer}, but tried: {tried.status} {tried.answer}")

    def _until_opened(self, life: Contract) -> None:
        """NTT opens its line within seconds, and tells so to a door of ours."""
        deadline = time.monotonic() + OPENED_S
        while life.state == "filing":
            life.state = self.client.read(life.path)["state"]
            if time.monotonic() > deadline:
                self.wrong.append(f"{life.entity_id} is still filing after {OPENED_S:g} s")
                life.state = "ended"  # nothing more is asked of it
            time.sleep(PAUSE_S)


@dataclass
class Drive:
    """All lanes of a run."""

    stack: EmbeddedStack
    seed: int
    operations: int
    seconds: float
    patience_s: float
    say: Callable[[str], None]
    lanes: list[Lane] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nothing is asked yet."""
        keys = {role: str(getattr(self.stack.keys, role)) for role in ROLES}
        self.lanes = [
            Lane(number, self.seed, Client(self.stack.urls.api, keys, self.patience_s, self.say))
            for number in range(LANES)
        ]
        self._clock = Client(self.stack.urls.api, keys, self.patience_s, self.say)
        self._chance = random.Random(f"{self.seed}/clock")  # noqa: S311  # nothing secret
        self.unmoved: list[str] = []

    def script(self, steps: list[dict[str, Any]]) -> None:
        """What NTT answers to every filing that comes."""
        httpx.put(f"{self.stack.urls.carrier}/scripts/default", json=steps, trust_env=False).raise_for_status()

    def run(self, go_on: Callable[[], bool] = lambda: False) -> None:
        """Round after round until everything is asked and nobody wants more, or the time is up."""
        until = time.monotonic() + self.seconds
        with ThreadPoolExecutor(LANES) as pool:
            while ((left := self.operations - len(self.asked())) > 0 or go_on()) and time.monotonic() < until:
                steps = max(1, min(STEPS, left // LANES))
                for lane in [pool.submit(each.round, steps, until) for each in self.lanes]:
                    lane.result()
                self._move()
                self.say(f"{len(self.asked())} operations")

    def _move(self) -> None:
        """The clock goes on, with everything due on the way."""
        try:
            to = next_day(self._chance, self._clock.now())
            number = len(self._clock.asked) + 1
            body = {"to": to.isoformat()}
            asked = self._clock.ask(Asked(f"chaos-{self.seed}-clock-{number}", "operator", "POST", CLOCK, body))
            if asked.status != 200 or datetime.fromisoformat(asked.answer["now"]) < to:
                self.unmoved.append(f"{asked}: {asked.status} {asked.answer}")
        except NoAnswerError as error:
            self.unmoved.append(str(error))

    def asked(self) -> list[Asked]:
        """Everything, the clock's moves included."""
        return [each for client in self.clients() for each in client.asked]

    def clients(self) -> Iterator[Client]:
        """One a lane, and the clock's."""
        yield from (lane.client for lane in self.lanes)
        yield self._clock

    def lives(self) -> list[Life]:
        """Everything that has begun."""
        return [life for lane in self.lanes for life in lane.lives if life.entity]

    def wrong(self) -> list[str]:
        """What was answered otherwise than it had to be."""
        return [*(line for lane in self.lanes for line in lane.wrong), *self.unmoved]

    def unanswered(self) -> list[str]:
        """What nobody answered."""
        return [line for lane in self.lanes for line in lane.unanswered]

    def today(self) -> date:
        """The Japan day."""
        return self._clock.now().date()

    def reader(self) -> Client:
        """To look at what came of it."""
        return self._clock

    def close(self) -> None:
        """Hang up."""
        for client in self.clients():
            client.close()

    def replays(self) -> Iterator[tuple[Asked, int, Any]]:
        """Every request again under its key, with what is answered now; dry runs are not kept and so left out."""
        for client in self.clients():
            for asked in client.asked:
                if asked.status is not None and not asked.dry_run:
                    answer = client.send(asked)
                    yield asked, answer.status_code, answer.json()
