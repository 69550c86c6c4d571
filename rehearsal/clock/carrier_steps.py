"""The planned answers of the carrier's stand-in: what is due, and playing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx

from rehearsal.clock.errors import CarrierAnswerError

_READ_S = 10.0

_PLAY_S = 90.0
"""The stand-in itself waits up to 30 seconds for our answer, and for some faults sends twice."""


@dataclass(frozen=True)
class CarrierStep:
    """One planned answer of NTT."""

    step_id: str
    filing_id: str
    sequence: int
    due_at: datetime

    @property
    def entity_id(self) -> str:
        """The workflow id of the filing it answers."""
        return f"filing/{self.filing_id}"

    def __str__(self) -> str:
        """For logs and errors."""
        return f"carrier step {self.step_id}, due at {self.due_at.isoformat()}"


class CarrierSteps:
    """A client of the stand-in."""

    def __init__(self, url: str) -> None:
        """Nothing is asked yet.

        Args:
            url: the stand-in's base, without a closing slash.
        """
        # A neighbour: a proxy of the environment must not come between.
        self._http = httpx.AsyncClient(base_url=url, timeout=_READ_S, trust_env=False)

    async def due(self, until: datetime) -> list[CarrierStep]:
        """Unplayed steps due at or before a moment, by due moment, filing and sequence.

        Raises:
            httpx.TransportError: it is away.
            CarrierAnswerError: the answer cannot be used.
        """
        answer = await self._http.get("/steps", params={"until": until.astimezone(UTC).isoformat()})
        _expect_success(answer, "the steps ahead")
        try:
            return [
                CarrierStep(
                    each["step_id"],
                    each["filing_id"],
                    each["sequence"],
                    datetime.fromisoformat(each["due_at"]).astimezone(UTC),
                )
                for each in answer.json()
            ]
        except (ValueError, KeyError, TypeError) as error:
            message = f"the steps ahead cannot be read: {type(error).__name__}"
            raise CarrierAnswerError(message) from error

    async def play(self, step: CarrierStep) -> bool:
        """Have a step's callback sent; false: our side did not take it, play it again.

        A step that a cancellation or a defect has taken off meanwhile counts as played: it is not due any more.

        Raises:
            httpx.TransportError: it is away, or took too long.
            CarrierAnswerError: the answer cannot be used.
        """
        answer = await self._http.post(f"/steps/{step.step_id}/play", timeout=_PLAY_S)
        if answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
            return True
        _expect_success(answer, str(step))
        try:
            return bool(answer.json()["played"])
        except (ValueError, KeyError, TypeError) as error:
            message = f"{step}: the answer cannot be read: {type(error).__name__}"
            raise CarrierAnswerError(message) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """Use as `async with`."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()


def _expect_success(answer: httpx.Response, what: str) -> None:
    """5xx is a server being restarted, and passes; anything else unexpected does not."""
    if answer.is_server_error:
        message = f"{what}: the carrier answered {answer.status_code}"
        raise httpx.RemoteProtocolError(message, request=answer.request)
    if not answer.is_success:
        message = f"{what}: the carrier answered {answer.status_code}: {answer.text[:200]}"
        raise CarrierAnswerError(message)
