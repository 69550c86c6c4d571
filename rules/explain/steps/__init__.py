"""The arithmetic of a decision as steps a customer can follow, each written once for both languages."""

from __future__ import annotations

from rules.explain.steps import fees, lives
from rules.explain.steps.fees import charge, fee, ruled
from rules.explain.steps.lives import cancellation, expiry
from rules.explain.steps.outcomes import outcome
from rules.explain.steps.told import Steps, Told

__all__ = ["CHAINS", "Steps", "Told", "cancellation", "charge", "expiry", "fee", "outcome", "ruled"]

CHAINS: tuple[tuple[tuple[str, ...], Steps], ...] = (
    (("W-05.3", "W-05.4"), lives.application),
    (("W-12.1", "W-12.1a", "W-12.1b", "W-12.1c", "W-12.2", "W-12.2a", "W-12.2b"), lives.minimum_term),
    (("W-10.2", "W-10.3", "W-10.4", "W-10.5"), cancellation),
    (("W-12.3", "W-12.3a", "W-12.3c", "W-12.3d", "W-12.4", "W-23.4"), fee),
    (("W-12.3b",), fees.carried),
    (("W-12.4",), lives.initial),
    (("W-12.6c",), fees.watch_over),
    (("W-12.2p",), charge),
    (("M-05.7",), lives.leaving),
)
"""Articles → the steps told where a decision rests on one of them, in the order a life goes."""
