"""More workers than a stack has by itself, kept running as its own is, so that they can be broken like it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from embedded.children.supervisor import Supervisor
from embedded.stack import worker_child

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from embedded.background import BackgroundStack
    from embedded.children.child import Child


class Crew:
    """Workers `worker-2`, `worker-3` and so on beside a running stack."""

    def __init__(self, background: BackgroundStack, more: int) -> None:
        """Nothing is started yet.

        Args:
            background: the stack they work for.
            more: how many beside its own.
        """
        self._background = background
        self.names = tuple(f"worker-{number}" for number in range(2, 2 + more))
        children = [self._child(name) for name in self.names]
        self._supervisor = Supervisor(children, home=self._home("crew"), say=lambda _line: None)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """All of them are ready inside the block and gone after it."""
        self._background.run(self._supervisor.start())
        try:
            yield
        finally:
            self._background.run(self._supervisor.stop())

    def there(self, name: str) -> int:
        """The process of one that is ready."""
        self._background.run(self._supervisor.wait_ready(name))
        return self._supervisor.pids[name]

    def wait_restarted(self, name: str, *, after: int) -> None:
        """Return when one runs again."""
        self._background.run(self._supervisor.wait_restarted(name, after=after))

    def _home(self, name: str) -> Path:
        home = self._background.stack.home / name
        home.mkdir(exist_ok=True)
        return home

    def _child(self, name: str) -> Child:
        home = self._home(name)
        # The figures of the stack's own worker have the port.
        env = {**self._background.stack.env(), "KEIYAKU_HOME": str(home), "KEIYAKU_METRICS_PORT": ""}
        return worker_child(name, home, env=env, log=self._background.stack.home / "logs" / f"{name}.log")
