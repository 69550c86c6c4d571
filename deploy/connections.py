"""How many database connections everything opens at most, added up once: compose, cluster and page use these figures.

`python -m deploy.connections` prints the table of docs/production.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

WORKER = 34
"""One worker process: a connection for each decision made at once and for the relay, the starter and the runs
(16 + 8), and the pool's overflow (10)."""
API = 34
"""One API process: a connection a thread (24), and the pool's overflow (10)."""
RELAY = 8
"""One relay process: a connection a lane, for the look for rows and for the figures (6), and the overflow (2)."""
JOB = 4
"""`keiyaku migrate`, `keiyaku verify` or `keiyaku erase`: one at work, and what a pool may add."""
PERSON = 10
"""psql, a backup, monitoring."""
RESERVED = 3
"""PostgreSQL keeps these for its superuser (`superuser_reserved_connections`)."""


@dataclass(frozen=True, kw_only=True)
class Temporal:
    """Temporal's roles on one PostgreSQL, each with a pool to its store and one to visibility.

    A server that runs all four counts as four.
    """

    roles: int = 4
    store: int = 15
    """`SQL_MAX_CONNS`: of each role; the published image's own 20 would make 120 of 100."""
    visibility: int = 5
    """`SQL_VIS_MAX_CONNS`: of each role."""

    @property
    def most(self) -> int:
        """What all roles open together at most."""
        return self.roles * (self.store + self.visibility)


@dataclass(frozen=True, kw_only=True)
class Ours:
    """Our processes on one PostgreSQL."""

    workers: int = 4
    apis: int = 2
    relays: int = 2
    jobs: int = 2

    @property
    def most(self) -> int:
        """What all of them open together at most."""
        return self.workers * WORKER + self.apis * API + self.relays * RELAY + self.jobs * JOB


def server(*most: int) -> int:
    """The `max_connections` that a PostgreSQL needs for these, rounded up to a ten."""
    return -(-(sum(most) + PERSON + RESERVED) // 10) * 10


def table(temporal: Temporal, ours: Ours) -> Iterator[str]:
    """The rows of the page, in Markdown."""
    yield "| server | who | how many | each | together |"
    yield "| --- | --- | --- | --- | --- |"
    yield f"| `temporal-db` | roles of the Temporal server | {temporal.roles} | {temporal.store} + {temporal.visibility} | {temporal.most} |"  # noqa: E501
    yield f"| `temporal-db` | people, backup, reserved | | {PERSON} + {RESERVED} | {PERSON + RESERVED} |"
    yield f"| `temporal-db` | **`max_connections`** | | | **{server(temporal.most)}** |"
    yield f"| `keiyaku-db` | workers | {ours.workers} | {WORKER} | {ours.workers * WORKER} |"
    yield f"| `keiyaku-db` | APIs | {ours.apis} | {API} | {ours.apis * API} |"
    yield f"| `keiyaku-db` | relays | {ours.relays} | {RELAY} | {ours.relays * RELAY} |"
    yield f"| `keiyaku-db` | migrate, verify, erase | {ours.jobs} | {JOB} | {ours.jobs * JOB} |"
    yield f"| `keiyaku-db` | people, backup, reserved | | {PERSON} + {RESERVED} | {PERSON + RESERVED} |"
    yield f"| `keiyaku-db` | **`max_connections`** | | | **{server(ours.most)}** |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table(Temporal(), Ours())) + "\n")
