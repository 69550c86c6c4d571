"""What every door of one stand-in shares."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from carrier.config import CarrierConfig
from carrier.playing.callbacks import Callbacks
from carrier.playing.player import Player
from carrier.problems import CarrierError
from carrier.store import Store
from models.messages.carrier import CarrierArea


@dataclass
class House:
    """The parts of one running stand-in."""

    config: CarrierConfig
    store: Store
    callbacks: Callbacks
    player: Player
    smtp_port: int | None = None
    """Where the mail catcher listens now."""
    self_play: asyncio.Task[None] | None = None
    """Runs for the whole life of a stand-in that plays by the wall clock."""


def house(request: Request) -> House:
    """The house of this app."""
    found = request.app.state.house
    if not isinstance(found, House):
        raise TypeError("app.state.house is set by create_app")
    return found


def area_of_path(operator: Annotated[str, Path()]) -> CarrierArea:
    """EAST or WEST, in any letter case.

    Raises:
        CarrierError: 404 `OPERATOR_UNKNOWN`.
    """
    match operator.upper():
        case "EAST":
            return "EAST"
        case "WEST":
            return "WEST"
    raise CarrierError(404, "OPERATOR_UNKNOWN", "the operators are EAST and WEST")


HouseDep = Annotated[House, Depends(house)]
CarrierAreaDep = Annotated[CarrierArea, Depends(area_of_path)]
