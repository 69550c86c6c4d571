"""A worker whose contracts are changed: `python -m deploy.upgrade.worker one`."""

from __future__ import annotations

import logging
import sys

import worker
from deploy.upgrade.changed import CHANGES
from workflows.contract import ContractWorkflow


def main(change: str) -> None:
    """Work until told to stop, with the change of that name."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    worker.WORKFLOWS[worker.WORKFLOWS.index(ContractWorkflow)] = CHANGES[change]
    worker.main()


if __name__ == "__main__":
    main(sys.argv[1])
