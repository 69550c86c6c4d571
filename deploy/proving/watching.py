"""The profile `observe`: a real Prometheus looks at the composition, and everything we ask it for is there."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from deploy.observe.asked import MADE_BY_PROMETHEUS, OBSERVE, empty, expressions, named, rules
from deploy.proving.images import wanted
from deploy.proving.shell import ProvingError, say
from deploy.proving.stack import Stack

WITHIN_SECONDS = 180.0
RULES_FILE = "/etc/prometheus/rules.yml"
_PARTS = ("_bucket", "_count", "_sum", "_total")
_SCRIPT = """
import sys, urllib.error, urllib.request
try:
    sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], timeout=20).read())
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())
"""


async def watch(stack: Stack) -> None:
    """Start the profile, wait until every process is looked at, and ask all that alarms and panels ask.

    Raises:
        ProvingError: a process is not looked at, an expression fails, a panel shows nothing, or a metric is missing.
    """
    services = ("prometheus", "grafana") if stack.published else ("prometheus",)
    await asyncio.to_thread(stack.observe, *services)
    stack.engine.docker(
        *("run", "--rm", "--volume", f"{OBSERVE}:/observe:ro", "--entrypoint", "promtool", wanted()["prometheus"]),
        *("test", "rules", "/observe/rules_test.yml"),
    )
    await judge(stack)


async def judge(stack: Stack) -> None:
    """Ask Prometheus for everything once it looks at every process.

    Raises:
        ProvingError: as `watch`.
    """
    looked_at = await until_looked_at(stack)
    found = await _until_judged(stack)
    if ill := {rule["name"]: rule.get("lastError", "") for rule in found if rule["health"] != "ok"}:
        raise ProvingError(f"alarms that cannot be judged: {ill}")
    asked = expressions()
    await _until_drawn(stack, asked)
    shown = set(_ask(stack, "metadata"))
    metrics = {metric for expression in asked for metric in named(expression)} - MADE_BY_PROMETHEUS
    if missing := {each for each in metrics if not {each, *(each.removesuffix(part) for part in _PARTS)} & shown}:
        raise ProvingError(f"asked for, and shown by no process: {sorted(missing)}")
    others = await _until_nothing_critical(stack)
    say(
        f"Prometheus looks at {looked_at}: {len(found)} alarms are judged, {len(asked)} expressions answered, "
        f"{len(metrics)} metrics there; nothing critical is raised, and {others or 'nothing else'}"
    )


async def _until_drawn(stack: Stack, asked: Sequence[str]) -> None:
    """Ask every expression, and those of panels until a row answers: a rate takes two looks."""

    def rows(expression: str) -> Sequence[Any]:
        return list(_ask(stack, "query", query=expression.replace("$__rate_interval", "1m"))["result"])

    blank, deadline = empty({each: rows(each) for each in asked}), time.monotonic() + WITHIN_SECONDS
    while blank := [each for each in blank if not rows(each)]:
        if time.monotonic() > deadline:
            raise ProvingError(f"panels that show nothing: {blank}")
        await asyncio.sleep(1)


async def _until_nothing_critical(stack: Stack) -> str:
    """Wait until no critical alarm is raised: what was killed has come back. Which others are raised or about to be."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while True:
        alerts = _ask(stack, "alerts")["alerts"]
        raised = [each for each in alerts if each["state"] == "firing"]
        if not (critical := [each["labels"] for each in raised if each["labels"]["severity"] == "critical"]):
            return ", ".join(sorted({f"{each['labels']['alertname']} {each['state']}" for each in alerts}))
        if time.monotonic() > deadline:
            raise ProvingError(f"raised after everything is back: {critical}")
        await asyncio.sleep(1)


async def until_looked_at(stack: Stack) -> str:
    """Wait until each process of ours, and the Temporal server, answers Prometheus: how many of each.

    Raises:
        ProvingError: one is not looked at in time.
    """
    ours = (each.service.removesuffix("-before") for each in stack.containers())
    jobs = Counter(f"keiyaku-{service}" for service in ours if service in {"api", "worker", "relay"})
    jobs["temporal"] = 1
    deadline = time.monotonic() + WITHIN_SECONDS
    while True:
        targets = _ask(stack, "targets")["activeTargets"]
        if Counter(each["labels"]["job"] for each in targets if each["health"] == "up") == jobs:
            return ", ".join(f"{number} {job}" for job, number in sorted(jobs.items()))
        if time.monotonic() > deadline:
            seen = [(each["scrapeUrl"], each["health"], each["lastError"]) for each in targets]
            raise ProvingError(f"Prometheus should look at {dict(jobs)}, and sees {seen}")
        await asyncio.sleep(1)


async def _until_judged(stack: Stack) -> list[dict[str, Any]]:
    """Every alarm as Prometheus has it, once each has been judged after the first look."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while True:
        found = [rule for group in _ask(stack, "rules")["groups"] for rule in group["rules"]]
        if {rule["name"] for rule in found} != {rule["alert"] for rule in rules()}:
            raise ProvingError(f"Prometheus has other alarms than {RULES_FILE}")
        if all(rule["health"] != "unknown" for rule in found):
            return found
        if time.monotonic() > deadline:
            raise ProvingError("Prometheus does not judge the alarms")
        await asyncio.sleep(1)


def _ask(stack: Stack, what: str, **query: str) -> Any:
    """What Prometheus answers; its port stays inside, so the API's container asks.

    Raises:
        ProvingError: it answers an error, or not at all.
    """
    address = f"http://prometheus:9090/api/v1/{what}?{urlencode(query)}"
    answer = json.loads(stack.compose("exec", "-T", "api", "python", "-c", _SCRIPT, address))
    return answer["data"]
