"""coturn in a process of its own, with the configuration that deploy/coturn/ ships."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arsupport.certificates import folder as certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.link.namespace import Namespace

SECRET = "3f6c" * 16
_SHIPPED = Path(__file__).parents[1] / "deploy" / "coturn" / "turnserver.conf"
_START_SECONDS = 20


@dataclass(frozen=True)
class Coturn:
    """A running coturn. ``url`` is what clients are told, ``authority`` who signed its certificate."""

    address: str
    port: int
    authority: Path
    log_file: Path

    @property
    def url(self) -> str:
        return f"turns:{self.address}:{self.port}?transport=tcp"

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")


@contextmanager
def coturn(
    folder: Path, address: str, port: int, *, more: str = "", namespace: Namespace | None = None
) -> Iterator[Coturn]:
    """Run coturn while the block runs, for a server on the same address, in a network of its own if there is one."""
    program = shutil.which("turnserver")
    if program is None:
        pytest.fail("coturn is missing: `make test` installs it or says how.")
    files = certificates.make(folder / "certs", [address]).files
    ours = {
        "listening-ip": address,
        "relay-ip": address,
        "allowed-peer-ip": address,
        "static-auth-secret": SECRET,
        "cert": str(files.server),
        "pkey": str(files.server_key),
        "tls-listening-port": str(port),
    }
    text = _SHIPPED.read_text()
    for key, value in ours.items():
        text, replaced = re.subn(rf"^{key}=.*$", f"{key}={value}", text, flags=re.MULTILINE)
        assert replaced == 1, key
    configuration = folder / "turnserver.conf"
    configuration.write_text(f"{text}\nuserdb={folder / 'turndb'}\npidfile={folder / 'turnserver.pid'}\n{more}")
    running = Coturn(address, port, files.authority, folder / "coturn.log")
    command = [program, "-c", str(configuration)]
    with (
        running.log_file.open("wb") as log,
        subprocess.Popen(
            namespace.command(*command) if namespace else command, stdout=log, stderr=log, cwd=folder
        ) as process,
    ):
        try:
            if namespace is not None:
                namespace.run(_wait_until_it_listens, running, process)
            else:
                _wait_until_it_listens(running, process)
            yield running
        finally:
            process.terminate()


def free_port(address: str) -> int:
    """Return a TCP port of ``address`` that nobody uses."""
    with socket.socket() as free:
        free.bind((address, 0))
        port: int = free.getsockname()[1]
    return port


def _wait_until_it_listens(running: Coturn, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            socket.create_connection((running.address, running.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(running.log())
