"""The supervisor keeps real processes: order, restarts, five failures, and nothing left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from embedded.children.child import FAILURES_MAX, Child
from embedded.children.probes import http_answers, http_ok, pid_file_says, postgres_answers, touched_lately
from embedded.children.supervisor import Supervisor
from embedded.errors import ChildFailedError, HomeBusyError, StackError
from embedded.home import HomeLock
from embedded.ports import free_ports
from embedded.private import make_private

PATIENCE_SECONDS = 20.0
# Writes its pid once it runs, then waits; $1 is the file.
SERVES = 'trap "" INT; echo $$ > "$0"; while :; do sleep 0.05; done'


def server(home: Path, name: str, *, needs: tuple[str, ...] = (), script: str = SERVES) -> Child:
    """A child that is ready once it has written its pid."""
    file = home / f"{name}.ready"

    async def ready(pid: int) -> bool:
        return pid_file_says(file, pid)

    return Child(
        name=name,
        command=("/bin/sh", "-c", script, str(file)),
        env=dict(os.environ),
        log=home / "logs" / f"{name}.log",
        ready=ready,
        needs=needs,
    )


def once(home: Path, name: str, script: str, *, needs: tuple[str, ...] = ()) -> Child:
    """A child that does its work and ends."""
    return Child(
        name=name,
        command=("/bin/sh", "-c", script),
        env=dict(os.environ),
        log=home / "logs" / f"{name}.log",
        needs=needs,
        once=True,
    )


async def until(condition: Callable[[], bool]) -> None:
    """Poll for a fact."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def run(work: Callable[[], Awaitable[None]]) -> None:
    """One test's story in its own loop."""

    async def story() -> None:
        async with asyncio.timeout(60):
            await work()

    asyncio.run(story())


def pids_file(home: Path) -> dict[str, int]:
    read: dict[str, int] = json.loads((home / "pids.json").read_text())
    return read


def test_children_start_in_order_and_end_in_reverse(tmp_path: Path) -> None:
    """A child starts when what it needs is ready; the end runs backwards; one that runs once is in no list."""
    order = tmp_path / "order"
    traced = 'trap "echo $(basename $0 .ready)- >> {o}; exit" TERM; echo $(basename $0 .ready)+ >> {o}; ' + SERVES
    script = traced.format(o=order)
    children = [
        server(tmp_path, "first", script=script),
        once(tmp_path, "task", f"echo task >> {order}", needs=("first",)),
        server(tmp_path, "second", needs=("task",), script=script),
    ]

    async def story() -> None:
        supervisor = Supervisor(children, home=tmp_path)
        await supervisor.start()
        assert set(pids_file(tmp_path)) == {"first", "second"}
        await supervisor.stop()
        assert pids_file(tmp_path) == {}

    run(story)
    assert order.read_text().split() == ["first+", "task", "second+", "second-", "first-"]


def test_a_killed_child_is_started_again_as_often_as_it_takes(tmp_path: Path) -> None:
    """More kills than failures allowed: each is said, each is repaired, and `pids.json` follows."""
    said: list[str] = []

    async def story() -> None:
        supervisor = Supervisor([server(tmp_path, "api")], home=tmp_path, say=said.append)
        await supervisor.start()
        for _ in range(FAILURES_MAX + 2):
            before = supervisor.pids["api"]
            supervisor.kill("api")
            await supervisor.wait_restarted("api", after=before)
            assert pids_file(tmp_path)["api"] == supervisor.pids["api"]
            assert alive(supervisor.pids["api"])
        await supervisor.stop()

    run(story)
    assert sum("killed by SIGKILL; starting it again" in line for line in said) == FAILURES_MAX + 2


def test_whoever_waits_for_the_start_hears_of_each_child_as_it_is_ready(tmp_path: Path) -> None:
    """In the order of starting, once each."""
    said: list[str] = []

    async def story() -> None:
        first, second = server(tmp_path, "first"), server(tmp_path, "second")
        supervisor = Supervisor([first, second], home=tmp_path, say=said.append)
        await supervisor.start()
        await supervisor.stop()

    run(story)
    assert [line.split(":")[0].strip() for line in said] == ["first", "second"]


def test_kills_before_it_is_ready_are_not_its_failures(tmp_path: Path) -> None:
    """A child that somebody keeps killing while it starts is started again all the same."""

    async def story() -> None:
        slow = server(tmp_path, "worker", script="while [ ! -e go ]; do sleep 0.01; done; " + SERVES)
        slow = Child(**{**vars(slow), "cwd": tmp_path})
        supervisor = Supervisor([slow], home=tmp_path, say=lambda _line: None)
        starting = asyncio.create_task(supervisor.start())
        for count in range(1, FAILURES_MAX + 3):
            await until(lambda count=count: supervisor.starts("worker") == count)  # type: ignore[misc]
            supervisor.kill("worker")
        (tmp_path / "go").touch()
        await starting
        await supervisor.stop()

    run(story)


@pytest.mark.parametrize("failures", [FAILURES_MAX - 1, FAILURES_MAX])
def test_five_failures_in_a_row_stop_everything(tmp_path: Path, failures: int) -> None:
    """Four starts that come to nothing are forgiven; the fifth stops all, with the log's last lines."""
    count = tmp_path / "count"
    fails = f'echo x >> {count}; echo "broken pipe dream" >&2; [ $(wc -l < {count}) -gt {failures} ] || exit 3; '
    children = [server(tmp_path, "postgres"), server(tmp_path, "api", needs=("postgres",), script=fails + SERVES)]
    pids: list[int] = []

    async def story() -> None:
        supervisor = Supervisor(children, home=tmp_path, say=lambda _line: None)
        try:
            starting = asyncio.create_task(supervisor.start())
            await until(lambda: "api" in supervisor.pids)
            pids.append(supervisor.pids["postgres"])
            await starting
            assert supervisor.starts("api") == FAILURES_MAX
        finally:
            await supervisor.stop()

    if failures < FAILURES_MAX:
        run(story)
    else:
        with pytest.raises(ChildFailedError, match=r"(?s)api did not become ready 5 times.*broken pipe dream"):
            run(story)
    assert not alive(pids[0])


def test_being_ready_forgives_earlier_failures(tmp_path: Path) -> None:
    """Only failures in a row count: four, then ready, then four more are no reason to stop."""
    fails = f"f={tmp_path}/n; n=$(cat $f 2>/dev/null || echo 0); echo $((n + 1)) > $f; [ $((n % 5)) -eq 4 ] || exit 1; "

    async def story() -> None:
        supervisor = Supervisor([server(tmp_path, "api", script=fails + SERVES)], home=tmp_path, say=lambda _line: None)
        await supervisor.start()
        supervisor.kill("api")
        await until(lambda: not supervisor.is_ready("api"))
        await supervisor.wait_ready("api")
        assert supervisor.starts("api") == 2 * FAILURES_MAX
        await supervisor.stop()

    run(story)


def test_one_that_never_gets_ready_fails_by_time(tmp_path: Path) -> None:
    """A child that runs but never answers is killed at its limit, and counts."""
    hangs = Child(**{**vars(server(tmp_path, "api", script="echo waiting; exec sleep 60")), "start_seconds": 0.1})

    async def story() -> None:
        await Supervisor([hangs], home=tmp_path, say=lambda _line: None).start()

    with pytest.raises(ChildFailedError, match="waiting"):
        run(story)


def test_a_program_that_is_missing_is_named(tmp_path: Path) -> None:
    """No second try can find a program that is not there."""
    child = Child(name="api", command=("/nowhere/api",), env={}, log=tmp_path / "api.log")

    async def story() -> None:
        await Supervisor([child], home=tmp_path).start()

    with pytest.raises(StackError, match="api cannot be started: /nowhere/api"):
        run(story)


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A preparation that fails for want of a directory stops everything with the path."""
    (tmp_path / "logs").write_text("a file in the way")

    async def story() -> None:
        await Supervisor([server(tmp_path, "api")], home=tmp_path).start()

    with pytest.raises(StackError, match=r"api cannot be prepared: .*logs"):
        run(story)


@pytest.mark.parametrize("hard", [False, True])
def test_a_held_child_stays_away_until_released(tmp_path: Path, hard: bool) -> None:
    """Held, it is not started again and not listed, and one that needs it waits; released, both come back."""

    async def story() -> None:
        children = [server(tmp_path, "postgres"), server(tmp_path, "api", needs=("postgres",))]
        supervisor = Supervisor(children, home=tmp_path, say=lambda _line: None)
        await supervisor.start()
        before = supervisor.pids["postgres"]
        await supervisor.hold("postgres", hard=hard)
        assert not alive(before)
        assert "postgres" not in pids_file(tmp_path)
        supervisor.kill("api")
        await until(lambda: not supervisor.is_ready("api"))
        assert (supervisor.starts("postgres"), supervisor.starts("api")) == (1, 1)
        supervisor.release("postgres")
        await supervisor.wait_ready("api")
        assert (supervisor.starts("postgres"), supervisor.starts("api")) == (2, 2)
        await supervisor.stop()

    run(story)


def test_a_deaf_child_is_killed_in_time(tmp_path: Path) -> None:
    """One that ignores its signal does not hold up the end."""
    deaf = server(tmp_path, "api", script='trap "" TERM; ' + SERVES)
    deaf = Child(**{**vars(deaf), "stop_seconds": 0.2})

    async def story() -> None:
        supervisor = Supervisor([deaf], home=tmp_path)
        await supervisor.start()
        pid = supervisor.pids["api"]
        began = time.monotonic()
        await supervisor.stop()
        assert time.monotonic() - began < 5
        assert not alive(pid)

    run(story)


def test_one_supervisor_a_home(tmp_path: Path) -> None:
    """A second one is told who holds the home; afterwards it is free again."""
    held = HomeLock(tmp_path)
    with pytest.raises(HomeBusyError, match=rf"process {os.getpid()}.*KEIYAKU_HOME"):
        HomeLock(tmp_path)
    held.release()
    HomeLock(tmp_path).release()


KEEPER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_supervisor import server
from embedded.children.supervisor import Supervisor

async def main():
    home = Path(sys.argv[1])
    await Supervisor([server(home, "one"), server(home, "two")], home=home, say=lambda _line: None).start()
    print("up", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
@pytest.mark.parametrize("whole_group", [False, True])
def test_a_killed_supervisor_leaves_nothing(tmp_path: Path, whole_group: bool) -> None:
    """SIGKILL of the supervisor alone, or of its process group, ends every child."""
    here = Path(__file__).parent
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER.format(tests=str(here)), str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=here.parents[1],
        text=True,
        start_new_session=True,
    )
    assert keeper.stdout is not None
    assert keeper.stdout.readline() == "up\n"
    pids = pids_file(tmp_path)
    assert all(alive(pid) and os.getpgid(pid) == keeper.pid for pid in pids.values())
    (os.killpg if whole_group else os.kill)(keeper.pid, signal.SIGKILL)
    keeper.wait()
    keeper.stdout.close()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(alive(pid) for pid in pids.values()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(alive(pid) for pid in pids.values())


def test_a_child_that_hangs_is_replaced(tmp_path: Path) -> None:
    """Stopped, it answers no probe: after its deadline it is killed, and its successor is ready."""

    async def story() -> None:
        file = tmp_path / "pulse.ready"
        beats = 'while :; do echo $$ > "$0"; sleep 0.05; done'

        async def beating(_pid: int) -> bool:
            return touched_lately(file, 0.3)

        child = replace(server(tmp_path, "pulse", script=beats), alive=beating, hung_seconds=0.9)
        supervisor = Supervisor([child], home=tmp_path, say=lambda _line: None)
        await supervisor.start()
        hung = supervisor.pids["pulse"]
        await asyncio.sleep(1.2)
        assert supervisor.pids["pulse"] == hung, "one that answers is left alone"
        os.kill(hung, signal.SIGSTOP)
        await supervisor.wait_restarted("pulse", after=hung)
        assert not alive(hung)
        await supervisor.stop()

    run(story)


def test_probes_tell_a_standing_server_from_an_open_port(tmp_path: Path) -> None:
    """A stopped process keeps its port open: only an answer counts."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def story() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await http_answers(port, "/nothing"):  # noqa: ASYNC110 - what is waited for happens elsewhere
                await asyncio.sleep(0.01)
        assert not await http_ok(port, "/nothing"), "404 is an answer, not a yes"
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(http_answers(port, "/nothing"), 0.5)
        process.kill()
        process.wait()
        assert not await http_answers(port, "/nothing")
        assert not await postgres_answers(tmp_path / "no-socket")

    try:
        run(story)
    finally:
        process.kill()
        process.wait()


def test_a_home_of_an_earlier_release_is_closed_to_others(tmp_path: Path) -> None:
    """What was readable by everybody is no longer; what is not the stack's, and what a link names, stays as it is."""
    (tmp_path / "logs").mkdir(mode=0o755)
    ours = [tmp_path / name for name in ("temporal.db", "temporal.db-wal", "pids.json", "lock", "logs/api.log")]
    others = [tmp_path / "notes.txt", tmp_path / "target"]
    for path in [*ours, *others]:
        path.touch()
        path.chmod(0o644)
    (tmp_path / "linked.json").symlink_to(others[1])
    make_private(tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in ours} == {0o600}
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in others} == {0o644}
