"""`make test-compose`: the real docker-compose.yml on a real engine. Says what it does, and ends with a verdict."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from deploy.cluster.load import NoAnswerError
from deploy.proving.engine import engine
from deploy.proving.images import provide
from deploy.proving.play import play
from deploy.proving.shell import ProvingError, say
from deploy.proving.stack import Stack


def main() -> int:
    """0 when everything held."""
    with engine() as running, tempfile.TemporaryDirectory(prefix="keiyaku-proving-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the containers' user has to pass to its keys
        stack = Stack(engine=running, folder=folder, published=provide(running))
        stack.prepare()
        try:
            stack.build("keiyaku:one")
            say("both images of the Dockerfile are built")
            asyncio.run(play(stack))
        except BaseException:
            say(f"what every container said is kept in {stack.keep_logs()}")
            raise
        finally:
            stack.down(volumes=True)
        if left := stack.left():
            raise ProvingError(f"left behind: {left}")
        say("down, and nothing is left behind")
    return 0


def _causes(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [cause for each in error.exceptions for cause in _causes(each)]
    return [error]


if __name__ == "__main__":
    try:
        code = main()
    except* (ProvingError, NoAnswerError, AssertionError) as failed:
        code = 1
        for cause in _causes(failed):
            sys.stderr.write(f"{cause}\n")
    sys.stdout.write(f"{int(code == 0)} passed, {int(code != 0)} failed\n")
    sys.stdout.flush()
    os._exit(code)
