"""What is in a stack that is fuzzed, so that requests hit something."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

from api.contracts.applications import EXAMPLE as APPLICATION
from api.contracts.imports import EXAMPLE as CONTRACT
from api.memberships.imports import EXAMPLE as MEMBER
from api.rollouts.routes import EXAMPLE as ROLLOUT
from embedded.stack import EmbeddedStack
from tests.fuzz.attack import World

ROLES = ("backoffice", "operator", "auditor", "site", "carrier_webhook_secret")
PASSWORD = "correct horse battery"  # a sample's


def populated(stack: EmbeddedStack) -> World:
    """The samples of a new home, a contract in each early state, a filing, a member in a session, a rollout."""
    keys = {role: str(getattr(stack.keys, role)) for role in ROLES}
    with httpx.Client(base_url=stack.urls.api, timeout=60, trust_env=False) as http:

        def ask(method: str, path: str, body: Any = None, *, role: str = "operator", lines: Any = None) -> Any:
            headers = {"Authorization": f"Bearer {keys.get(role, role)}", "Idempotency-Key": uuid.uuid4().hex}
            content = json.dumps(lines).encode() if lines is not None else None
            if content is not None:
                answer = http.request(method, path, content=content, headers=headers)
            else:
                answer = http.request(method, path, json=body, headers=headers)
            answer.raise_for_status()
            return answer.json()

        clock = ask("GET", "/v1/clock")
        line = {**APPLICATION["line"], "line_id": "CAF9000000001"}
        application = {**APPLICATION, "received_at": clock["now"]}
        applied = ask("POST", "/v1/applications", {**application, "line": line})
        filed = ask("POST", "/v1/applications", {**application, "line": {**line, "line_id": None}, "start_line": True})
        contract = {**CONTRACT, "external_id": "FUZZ-1", "line": {**CONTRACT["line"], "line_id": "CAF9000000002"}}
        ask("POST", "/v1/contracts/import", lines=contract)
        member_line = "CAF9000000003"
        member = {
            **MEMBER,
            "external_id": "FUZZ-2",
            "line": {**MEMBER["line"], "line_id": member_line},
            "member": {**MEMBER["member"], "password": PASSWORD},
        }
        member_id = ask("POST", "/v1/memberships/import", lines=member)["lines"][0]["member_id"]
        operator = MEMBER["line"]["operator"]
        token = httpx.post(
            f"{stack.urls.carrier}/{operator}/line-tokens", json={"line_id": member_line}, timeout=30, trust_env=False
        ).json()["line_token"]
        login = {"member_id": member_id, "password": PASSWORD, "line_token": token}
        session = ask("POST", "/v1/sessions", login, role="site")["token"]
        item = ask("GET", "/v1/items", role=session)["items"][0]["item_id"]
        exchange = ask("POST", "/v1/exchanges", {"item_id": item}, role=session)["exchange_id"]
        contracts = [each["contract_id"] for each in ask("GET", "/v1/contracts")["items"]]
        rollout = {**ROLLOUT, "effective_on": "2030-06-01"}
        rollout_id = ask("POST", "/v1/rollouts", rollout)["rollout_id"]
        filing = ask("GET", f"/v1/contracts/{filed['contract_id']}")["filing_id"]
        return World(
            url=stack.urls.api,
            keys=keys,
            ids={
                "contract_id": [applied["contract_id"], filed["contract_id"], *contracts],
                "filing_id": [filing],
                "member_id": [member_id, *[each["member_id"] for each in ask("GET", "/v1/memberships")["items"]]],
                "exchange_id": [exchange],
                "code": ["flets-hikari-members-club"],
                "rollout_id": [rollout_id],
            },
            member_token=session,
            today=clock["today"],
        )
