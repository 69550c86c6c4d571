"""Every kind of entity, by name."""

from __future__ import annotations

from decisions.contract.domain import CONTRACT
from decisions.domain import AnyDomain
from decisions.exchange.domain import EXCHANGE
from decisions.filing.domain import FILING
from decisions.membership.domain import MEMBERSHIP
from decisions.program.domain import PROGRAM
from decisions.rollout.domain import ROLLOUT

DOMAINS: dict[str, AnyDomain] = {
    domain.kind: domain for domain in (CONTRACT, FILING, PROGRAM, MEMBERSHIP, ROLLOUT, EXCHANGE)
}
