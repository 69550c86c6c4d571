"""Who acts in a log without being anybody: the machinery and NTT. Everybody else there is a person or a key."""

from __future__ import annotations

TIMER = "timer"
WORKER = "worker"
CARRIER = "carrier"

AUTOMATIC = frozenset({TIMER, WORKER, CARRIER, "filing", "exchange", "contract", "rollout", "program"})
"""What comes by itself, from NTT, or from one entity to another; a key is never called so."""

BY_ITSELF = frozenset({TIMER, WORKER, "program"})
"""What nobody decided and nobody told: the service's own runs and timers."""
