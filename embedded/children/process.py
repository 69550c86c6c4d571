"""Starting a process that ends with us, and giving up root for one that refuses to run as root."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.said import Said, said

# Loaded before any fork: a child between fork and exec must not load libraries.
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1
_CAP_DAC_READ_SEARCH = 2
_CAP_SETPCAP = 8

Preparation = Callable[[], None]


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@dataclass(frozen=True)
class Account:
    """Whom a child runs as, when that is not who we are."""

    name: str
    uid: int
    gid: int
    keeps: int | None = None
    """A capability to keep: the number of one that passes closed directories, or None."""


def named_account(name: str, *, keeps: int | None = None) -> Account | None:
    """The account of that name, or None where the system has no such account."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid, keeps)


def owner_account(path: Path, *, keeps: int | None = None) -> Account:
    """The account that owns a path, known by name or not."""
    status = path.stat()
    try:
        name = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        name = f"user {status.st_uid}"
    return Account(name, status.st_uid, status.st_gid, keeps)


def passing_capability() -> int | None:
    """The smallest capability we hold that lets a child through directories closed to it; None without one.

    Reading and searching is enough. Containers often grant only the stronger right, which then serves.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    held = next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapPrm:")), 0)
    if not held >> _CAP_SETPCAP & 1:  # without it no capability can be handed on
        return None
    return next((each for each in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE) if held >> each & 1), None)


def ends_with_parent(death_signal: signal.Signals, account: Account | None = None) -> Preparation:
    """What a child does between fork and exec: change the account, then ask to be signalled when we are gone.

    What it writes is for its own user alone.

    Hazards: the kernel sends the signal when the *thread* that forked ends, so a stack must live in one thread;
    changing the account clears the request, so it comes last. Outside Linux there is no such request, and only
    an orderly stop ends the children.
    """
    parent = os.getpid()

    def prepare() -> None:
        os.umask(0o077)
        if account is not None:
            _become(account)
        if sys.platform == "linux":
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # we were killed before the request was in place
                os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def _become(account: Account) -> None:
    """Change the account for good, keeping at most the one capability.

    Without NO_SETUID_FIXUP the kernel would drop it at the change, and again in every `access()` call, by which
    PostgreSQL looks at its own binaries. Raised as ambient it outlives exec. A failure shows as the child's own
    "permission denied".
    """
    os.setgroups([])
    os.setgid(account.gid)
    if account.keeps is None:
        os.setuid(account.uid)
        return
    _LIBC.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setuid(account.uid)
    bit = 1 << account.keeps
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    only = (_CapabilityData * 2)(_CapabilityData(bit, bit, bit), _CapabilityData(0, 0, 0))
    if _LIBC.capset(ctypes.byref(header), ctypes.byref(only)) != 0:
        os._exit(126)  # never go on with all of root's rights
    _LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, account.keeps, 0, 0)


def closed_parent(path: Path, account: Account) -> Path | None:
    """The first directory above (or at) `path` that the account may not pass, from the root down; None if it may.

    Only the permission bits are looked at: access lists are rare, and postgres itself speaks up then.
    """
    for directory in reversed((path, *path.parents)):
        if not directory.is_dir():
            continue
        status = directory.stat()
        if status.st_uid == account.uid:
            passes = status.st_mode & 0o100
        elif status.st_gid == account.gid:
            passes = status.st_mode & 0o010
        else:
            passes = status.st_mode & 0o001
        if not passes:
            return directory
    return None


def describe_exit(code: int) -> Said:
    """`exit code 1`, or `killed by SIGKILL`."""
    if code >= 0:
        return said("exited", code=code)
    try:
        return said("killed_by", signal=signal.Signals(-code).name)
    except ValueError:
        return said("killed_by_number", number=-code)
