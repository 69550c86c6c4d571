"""What the stand-in is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from carrier.playing.scripts import DEFAULT_SCRIPT, Script


@dataclass(frozen=True, kw_only=True)
class CarrierConfig:
    """Everything one stand-in needs; it reads no environment."""

    database_path: Path
    """Its own file; it and its folder are made when missing."""
    callback_url: str
    """Where our API listens, without a path: `http://127.0.0.1:8000`."""
    webhook_secret: str
    """`whsec_…`, shared with our API; several, separated by spaces, while one replaces another."""
    self_play: bool = False
    """Play due steps by the wall clock (no rehearsal)."""
    default_script: Script = DEFAULT_SCRIPT
    """Until `PUT /scripts/default` says otherwise."""
    smtp_host: str | None = None
    """Where the mail catcher listens; `None` for no mail catcher."""
    smtp_port: int | None = None
    """0 for any free port."""
    slow_reply_seconds: float = 3.0
    """How long the fault `slow` holds back the answer to a filing."""
    slow_callback_seconds: float = 1.0
    """How long the fault `slow` waits before a callback."""
    callback_timeout_seconds: float = 30.0
    """Real seconds to wait for our answer; our API gives up after 10."""
    self_play_interval_seconds: float = 1.0
    """Real seconds between two looks at the wall clock."""
