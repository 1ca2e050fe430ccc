"""The demo's plant: two machines, and a rendered camera that runs as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from arsupport.camera.scene import PLATE_TAG
from arsupport.certificates import folder as certificates
from arsupport.cli import storage
from arsupport.journal import cameras, machines
from arsupport.server import secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from arsupport.config import Config
    from arsupport.journal.machines import Machine

SITE: Final = "Demo plant"
MACHINES: Final = ("Control cabinet 3", "Press 4")
CAMERA_NAME: Final = "Hall camera"
STOP_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Plant:
    """What the demo has: machines in their order, and the file with the key of the first one's camera."""

    machines: tuple[Machine, ...]
    key_file: Path


def prepare(config: Config) -> Plant:
    """Find the demo's machines and camera in the data folder, or add them.

    Raises:
        ArError: as opening the database.
    """
    with storage.opened(config) as database, database.write() as connection:
        known = {machine.name: machine for machine in machines.list_all(connection) if machine.site == SITE}
        found = tuple(known.get(name) or _added(connection, name) for name in MACHINES)
        key_file = config.data.folder / "keys" / "demo-camera.key"
        if not key_file.exists():
            add_camera(connection, found[0], CAMERA_NAME, key_file)
    return Plant(found, key_file)


def add_camera(connection: Connection, machine: Machine, name: str, key_file: Path) -> None:
    """Give a machine a camera; its key goes into a new file that only its owner can read.

    Raises:
        OSError: when the file is there, or cannot be written.
    """
    key = secret.new()
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{key}\n")
    camera = cameras.create(
        connection, machine_id=machine.id, name=name, token_digest=secret.digest(key), at_ms=storage.now_ms()
    )
    storage.note(connection, "camera-added", camera.id, f"{name} at {machine.name}")


@contextmanager
def camera_process(config: Config, port: int, key_file: Path) -> Iterator[None]:
    """Run the virtual camera against the server on this machine while the block runs."""
    command = [sys.executable, "-m", "arsupport", "camera", "--source", "demo"]
    command += ["--while-stdin-open", "--key-file", str(key_file)]
    if config.server.tls:
        command += ["--server", f"https://localhost:{port}"]
        if config.server.cert_file is None:
            authority = certificates.Files(certificates.default(config.data.folder)).authority
            command += ["--ca", str(authority)]
    else:
        command += ["--server", f"http://localhost:{port}"]
    # The pipe closes when this process ends, however it ends: then the camera ends too.
    # A session of its own keeps Ctrl+C from reaching it before the server has said goodbye.
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603 - our own
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _added(connection: Connection, name: str) -> Machine:
    """Add a machine; the one that the rendered camera looks at has the tag that is seen there, if that is free."""
    shown = PLATE_TAG if name == MACHINES[0] else None
    free = all(machine.tag != shown for machine in machines.list_all(connection, retired=True))
    machine = machines.create(connection, name=name, site=SITE, at_ms=storage.now_ms(), tag=shown if free else None)
    storage.note(connection, "machine-added", machine.id, name)
    return machine
