"""Processes under measurement: started on a core of their own, their processor time and memory read from outside."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_STOP_SECONDS: Final = 10
_CORES: Final = sorted(os.sched_getaffinity(0))


def cores() -> tuple[str, str]:
    """Which core the server has for itself, and which ones the load has, as `taskset` takes them."""
    if len(_CORES) == 1:
        return str(_CORES[0]), str(_CORES[0])
    return str(_CORES[0]), ",".join(map(str, _CORES[1:]))


def all_cores() -> str:
    """Every core that there is, for `taskset`."""
    return ",".join(map(str, _CORES))


@contextmanager
def running(command: list[str], cpus: str, log: Path) -> Iterator[subprocess.Popen[str]]:
    """Run ``command`` on these cores; it is ended afterwards. Its standard output can be read."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            ["taskset", "-c", cpus, *command],
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


def pin(pid: int, cpus: str) -> None:
    """Move all threads of a running process to these cores."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), set(map(int, cpus.split(","))))


def processor_seconds(pid: int) -> float:
    """User and system time of all threads of another process, as clock_getcpuclockid(3) reads it: in nanoseconds."""
    return time.clock_gettime((~pid << 3) | 2)


def resident_mb(pid: int) -> float:
    """Memory of a process that is in RAM, in MB of 10⁶ bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
