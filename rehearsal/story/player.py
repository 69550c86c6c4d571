"""Playing a scenario over HTTP on a running stack."""

from __future__ import annotations

import copy
import re
from datetime import date, datetime
from typing import Any

import httpx

from api.contracts.applications import EXAMPLE
from embedded.stack import Urls
from models.said import Said, said, spoken
from rehearsal.club.doors import HttpDoors, patiently
from rehearsal.club.history import ClubHistory
from rehearsal.story.steps import Apply, Asking, ClubMembers, Expect, Notice, Request, Scenario, ScenarioError, Step
from rehearsal.story.telling import Story
from rules.calendar import japan_day, start_of
from rules.citation import edition
from service.access.keys import Keys

ANSWER_S = 300.0
_HOLDER = re.compile(r"\{([a-zA-Z][\w-]*)(?:\.(\w+))?\}")
_MERGED = ("applicant", "line", "consents")


class ScenarioPlayer:
    """Plays steps one after the other and tells what came of them.

    Every request has an idempotency key made from the scenario's name and the step's number: a scenario that was cut
    off is played again from the start and finds what it had done.
    """

    def __init__(self, urls: Urls, keys: Keys, story: Story) -> None:
        """Nothing is asked yet."""
        self._http = httpx.AsyncClient(base_url=urls.api, timeout=ANSWER_S, trust_env=False)
        self._carrier = httpx.AsyncClient(base_url=urls.carrier, timeout=ANSWER_S, trust_env=False)
        self._keys = keys
        self.story = story
        self.contracts: dict[str, str] = {}
        """Name → contract id, in order of application."""
        self._latest = ""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._carrier.aclose()

    async def play(self, scenario: Scenario, *, expecting: bool = True) -> int:
        """Play every step.

        Args:
            scenario: what to play.
            expecting: whether `expect` steps are looked at.

        Returns:
            how many expectations did not hold.

        Raises:
            ScenarioError: a request was refused that should have been granted, or the other way round.
        """
        failed = 0
        for number, step in enumerate(scenario.steps, start=1):
            if step.note is not None:
                self.story.note(step.note)
            if step.expect is not None:
                failed += await self._expect(step.expect) if expecting else 0
                continue
            try:
                await self._play(step, f"{scenario.name}/{number}")
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                # A file may put anything anywhere: what cannot be played there is its author's to mend.
                why = f"{type(error).__name__}: {error}"
                raise ScenarioError(said("step_unplayable", number=number, why=why)) from error
            await self._tell()
        return failed

    async def now(self) -> datetime:
        """The business moment."""
        answer = await self._http.get("/v1/clock", headers=self._headers("auditor", ""))
        return datetime.fromisoformat(answer.json()["now"])

    async def read(self, path: str) -> Any:
        """A read of the interface.

        Raises:
            ScenarioError: it is refused.
        """
        asked, headers = await self._filled(path), self._headers("operator", "")
        answer = await patiently(lambda: self._http.get(asked, headers=headers))
        if not answer.is_success:
            raise ScenarioError(said("step_refused", what=f"GET {path}", why=_told(answer)))
        return answer.json()

    async def _play(self, step: Step, idem: str) -> None:
        if step.advance is not None:
            await self._advance(await self._filled(step.advance), idem)
        elif step.script is not None:
            await self._steer("PUT", "/scripts/default", step.script)
        elif step.apply is not None:
            await self._apply(step.apply, idem)
        elif step.service_start is not None:
            body = {"service_start_on": step.service_start.on}
            await self._ask("POST", "service-start", step.service_start, body, idem)
        elif step.cancel is not None:
            body = step.cancel.model_dump(include={"channel", "received_at", "wanted_month"}, exclude_none=True)
            await self._ask("POST", "cancellation", step.cancel, body, idem)
        elif step.undo is not None:
            await self._ask("DELETE", "cancellation", step.undo, None, idem)
        elif step.post is not None:
            await self._post(step.post, idem)
        elif step.notice is not None:
            await self._notice(step.notice, idem)
        elif step.club is not None:
            await self._club(step.club, idem)

    async def _club(self, step: ClubMembers, idem: str) -> None:
        begins, through = japan_day(await self.now()), date.fromisoformat(step.through)
        doors = HttpDoors(self._http, self._carrier, self._keys)
        history = ClubHistory(doors, idem, members=step.members, seed=step.seed, begins=begins, through=through)
        await history.play(self.story.note)

    async def _advance(self, to: str, idem: str) -> None:
        moment = datetime.fromisoformat(to) if "T" in to else start_of(date.fromisoformat(to))
        if moment > await self.now():
            await self._request("POST", "/v1/clock/advance", {"to": to}, idem)
        self.story.clock(moment)

    async def _apply(self, step: Apply, idem: str) -> None:
        body = copy.deepcopy(EXAMPLE)
        changes = await self._filled(dict(step.changes))
        body["received_at"] = changes.setdefault("received_at", (await self.now()).isoformat(timespec="seconds"))
        current = edition(japan_day(datetime.fromisoformat(body["received_at"])))
        body["consents"] |= {"general_terms": current, "course_terms": current}
        digits = f"{len(self.contracts) + 1:010d}"
        body["line"]["line_id"] = None if changes.get("start_line") else f"CAF{digits}"
        for name in _MERGED:
            body[name] |= changes.pop(name, {})
        answer = await self._request("POST", "/v1/applications", body | changes, idem, refused=step.refused)
        if answer.get("contract_id"):
            self._keep(step.name, str(answer["contract_id"]))

    def _keep(self, name: str, contract_id: str) -> None:
        self.contracts[name] = self._latest = contract_id

    async def _ask(self, method: str, what: str, step: Asking, body: Any, idem: str) -> None:
        named = await self._filled(step.contract)
        contract_id = self.contracts.get(named, named)
        path = f"/v1/contracts/{contract_id}/{what}"
        await self._request(method, path, body, idem, refused=step.refused)

    async def _post(self, step: Request, idem: str) -> None:
        path, body = await self._filled(step.path), await self._filled(step.body)
        answer = await self._request(step.method, path, body, idem, refused=step.refused, key=step.key)
        found = _inside(answer, step.id_field)
        if step.name is not None and found:
            self._keep(step.name, str(found))
        self.story.answered(f"{step.method} {path}", answer)

    async def _notice(self, step: Notice, idem: str) -> None:
        body = {"kind": step.kind, "effective_on": step.effective_on, "details": await self._filled(step.details)}
        line = await self._filled(step.line)
        answer = await self._steer("POST", f"/lines/{line}/notices", {**body, "notice_id": idem.replace("/", "-")})
        self.story.note(said("ntt_reports", kind=step.kind, line=line, on=step.effective_on))
        if answer.get("status") not in {200, 201}:
            raise ScenarioError(said("notice_answered", kind=step.kind, answer=answer))

    async def _steer(self, method: str, path: str, body: Any) -> Any:
        answer = await patiently(lambda: self._carrier.request(method, path, json=body))
        if not answer.is_success:
            raise ScenarioError(said("stand_in_refused", what=f"{method} {path}", why=answer.text))
        return answer.json()

    async def _request(
        self, method: str, path: str, body: Any, idem: str, *, refused: str | None = None, key: str = "operator"
    ) -> Any:
        headers = self._headers(key, idem)
        answer = await patiently(lambda: self._http.request(method, path, json=body, headers=headers))
        body = answer.json()
        if answer.is_success:
            if refused is not None:
                raise ScenarioError(said("step_granted", what=f"{method} {path}", expected=refused, answer=body))
            return body
        code = body.get("code", str(answer.status_code))
        if code != refused:
            raise ScenarioError(said("step_refused", what=f"{method} {path}", why=_told(answer)))
        self.story.refused(f"{method} {path}", body)
        return body

    def _headers(self, key: str, idem: str) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {getattr(self._keys, key)}", "Accept-Language": spoken()}
        return {**bearer, "Idempotency-Key": idem} if idem else bearer

    async def _expect(self, step: Expect) -> int:
        path = await self._filled(step.read)
        found = await self.read(path)
        wrong = differences(await self._filled(step.shows), found)
        if step.lacks is not None:
            unwanted = [each for each in found["items"] if not differences(step.lacks, each)]
            wrong += [f"items: {each} should not be there" for each in unwanted]
        self.story.expectation(step.read, wrong)
        return 1 if wrong else 0

    async def _tell(self) -> None:
        """What the logs of all contracts have gained."""
        entries: list[tuple[str, dict[str, Any]]] = []
        for name, contract_id in self.contracts.items():
            if contract_id.startswith("K"):
                log = await self.read(f"/v1/contracts/{contract_id}/history")
                told = await self.read(f"/v1/contracts/{contract_id}/explain")
                why = {each["seq"]: each["detail"] for each in told["decisions"]}
                entries.extend((name, {**entry, "why": why.get(entry["seq"], "")}) for entry in log["items"])
        self.story.entries(entries)

    async def _filled(self, value: Any) -> Any:
        """Replace placeholders in every text of a value."""
        if isinstance(value, dict):
            return {name: await self._filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [await self._filled(each) for each in value]
        if not isinstance(value, str):
            return value
        filled = value
        for match in _HOLDER.finditer(value):
            filled = filled.replace(match[0], await self._meaning(match[1], match[2]))
        return filled

    async def _meaning(self, name: str, field: str | None) -> str:
        contract_id = self._latest if name == "contract" and name not in self.contracts else self.contracts.get(name)
        if not contract_id:
            known = ", ".join(self.contracts) or said("none_near")
            raise ScenarioError(said("nothing_called", name=repr(name), known=known))
        if field is None:
            return contract_id
        return str((await self.read(f"/v1/contracts/{contract_id}"))[field])


def _told(answer: httpx.Response) -> Said:
    """What a refusal says, in both languages, with its code for who looks it up."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    code, detail = problem.get("code", ""), problem.get("detail", "")
    said_of = [*(f"{each['field']}: {each['message']}" for each in problem.get("errors", []) if "message" in each)]
    ja = "、".join([problem.get("message") or detail, *said_of])
    return Said(f"{answer.status_code} {code} {ja}", f"{answer.status_code} {code}: {detail}")


def _inside(answer: Any, path: str) -> Any:
    """What stands at a dotted path, None where there is nothing."""
    for name in path.split("."):
        if isinstance(answer, list) and name.isdigit() and int(name) < len(answer):
            answer = answer[int(name)]
        else:
            answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """Where what was found does not show what was expected: named fields only, list items in any order."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            line for name, value in expected.items() for line in differences(value, found.get(name), f"{where}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list):
        if not expected and found:
            return [f"{where.lstrip('.')}: expected nothing, found {found}"]
        missing = [each for each in expected if all(differences(each, other) for other in found)]
        return [f"{where.lstrip('.')}: {each} is not among {found}" for each in missing]
    if expected == found:
        return []
    return [f"{where.lstrip('.') or 'the answer'}: expected {expected!r}, found {found!r}"]
