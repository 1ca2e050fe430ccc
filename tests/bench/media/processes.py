"""Processes under measurement: started on a core of their own, their processor time and memory read from outside."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_STOP_SECONDS: Final = 10
_CORES: Final = sorted(os.sched_getaffinity(0))


class Place(NamedTuple):
    """Where a process runs: on which cores, and whether it goes before everything else there (which root may say)."""

    cores: list[int]
    first: bool = False

    def command(self, command: list[str]) -> list[str]:
        """The command that runs another one there."""
        priority = ["chrt", "--rr", "1"] if self.first else []
        return ["taskset", "-c", ",".join(map(str, self.cores)), *priority, *command]


ANYWHERE: Final = Place(_CORES)


def apart(*, first: bool) -> tuple[Place, Place]:
    """A core for the server, and the others for the load."""
    return Place(_CORES[:1], first), Place(_CORES[1:] or _CORES, first)


@contextmanager
def running(command: list[str], place: Place, log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run ``command`` there; it is ended afterwards. Its standard output can be read."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            place.command(command),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def family(pid: int) -> list[int]:
    """A process and all that it has begun, directly or not, and that still run."""
    found = [pid]
    for each in found:
        for thread in Path(f"/proc/{each}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


def move(pid: int, place: Place) -> None:
    """Put a running process, with those that it has begun, on these cores; its main thread alone goes before everything
    else there."""
    for each in family(pid):
        for thread in Path(f"/proc/{each}/task").iterdir():
            os.sched_setaffinity(int(thread.name), place.cores)
    if place.first:
        os.sched_setscheduler(pid, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def processor_seconds(pid: int) -> float:
    """User and system time of all threads of another process and of those that it has begun and that still run.

    As clock_getcpuclockid(3) reads it: in nanoseconds.
    """
    return sum(time.clock_gettime((~each << 3) | 2) for each in family(pid))


def resident_mb(pid: int) -> float:
    """Memory of a process that is in RAM, in MB of 10⁶ bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
