"""A Linux network namespace: a network of its own for some processes. Needs root and iproute2."""

from __future__ import annotations

import asyncio
import ctypes
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

DEVICE: Final = "link0"
_PREFIX: Final = "arsupport"
_CLONE_NEWNET: Final = 0x40000000  # linux/sched.h


class Namespace:
    """A namespace named ``name``, which has ``address`` and whose only way out is the link."""

    def __init__(self, role: str, address: str) -> None:
        self.name = f"{_PREFIX}-{os.getpid()}-{id(self):x}-{role}"
        self.address = address
        self._file = Path("/run/netns", self.name)

    def command(self, *command: str) -> list[str]:
        """Give the command line that runs a command in here. It becomes the command: signals reach it."""
        return ["ip", "netns", "exec", self.name, *command]

    def launcher(self, folder: Path, program: str) -> str:
        """Write a script that starts a program in here, for whoever takes a path only; give its path."""
        script = folder / f"{self.name}-{Path(program).name}"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {program} "$@"\n')
        script.chmod(0o755)
        return str(script)

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function whose sockets are in here, and stay here when it returns one."""
        with ThreadPoolExecutor(1, initializer=self._enter) as pool:
            return pool.submit(function, *args, **kwargs).result()

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like ``run``, beside the event loop."""
        return await asyncio.to_thread(lambda: self.run(function, *args, **kwargs))

    def _enter(self) -> None:
        """Move the calling thread, and it alone."""
        with self._file.open() as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), f"cannot enter {self.name}")

    def forbid_udp(self) -> None:
        """Let nothing but TCP out, as the firewalls of many plants do."""
        self.ip("rule", "add", "pref", "1", "ipproto", "udp", "prohibit")

    # What the link calls.

    def make(self) -> None:
        ip("netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def plug_in(self, device: str) -> None:
        """Take a device over, as the way to everywhere."""
        ip("link", "set", device, "netns", self.name, "name", DEVICE)
        self.ip("link", "set", DEVICE, "up")
        self.ip("address", "add", f"{self.address}/32", "dev", DEVICE)
        self.ip("route", "add", "default", "dev", DEVICE)

    def move(self, address: str) -> None:
        """Have another address instead."""
        self.ip("address", "add", f"{address}/32", "dev", DEVICE)
        self.ip("address", "delete", f"{self.address}/32", "dev", DEVICE)
        self.address = address

    def exists(self) -> bool:
        return self._file.exists()

    def delete(self) -> None:
        ip("netns", "delete", self.name)

    def ip(self, *command: str) -> None:
        ip("-netns", self.name, *command)


def ip(*command: str) -> str:
    done = subprocess.run(["ip", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(command)}: {done.stderr.strip()} (this needs root and iproute2)")
    return done.stdout


def delete_orphans() -> None:
    """Delete namespaces whose test run was killed before it could."""
    for line in ip("netns", "list").splitlines():
        name = line.split()[0]
        prefix, _, rest = name.partition("-")
        if prefix == _PREFIX and not Path("/proc", rest.partition("-")[0]).exists():
            ip("netns", "delete", name)
