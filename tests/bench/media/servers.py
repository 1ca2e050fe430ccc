"""The servers that are compared: how each is started on a core of its own, and by which door the load comes in."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import typer

from tests.bench.media.ours import HAS_FAST_PATH
from tests.bench.media.processes import move, running
from tests.e2e.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.media.processes import Place

LOG: Final = "server.log"
START_SECONDS: Final = 20.0
JANUS_MISSING: Final = "Janus is missing, and left out. Type: apt-get install --no-install-recommends janus"

_JANUS_FILES: Final = {
    "janus.jcfg": """
general: {{
  configs_folder = "{folder}"
  debug_level = 3
}}
nat: {{
  ipv6 = false
}}
plugins: {{
  disable = "{plugins}"
}}
transports: {{
  disable = "libjanus_http.so,libjanus_pfunix.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_rabbitmq.so"
}}
""",
    "janus.plugin.videoroom.jcfg": "general: {{\n}}\n",
    "janus.transport.websockets.jcfg": """
general: {{
  ws = true
  ws_port = {port}
  ws_ip = "127.0.0.1"
}}
""",
}
_OTHER_PLUGINS: Final = "audiobridge duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail"

CALLS: Final = {"recording": "call", "marks": "call-with-marks"}
_NO_LIMITS: Final = {
    "ARSUPPORT_LIMITS__SESSIONS": "1000",
    "ARSUPPORT_LIMITS__CONNECTIONS": "10000",
    "ARSUPPORT_LIMITS__CALLS_PER_MINUTE": "1000",
}


class Started(NamedTuple):
    """A server that runs: its process, and the load's way in."""

    pid: int
    door: str
    url: str


def available(names: list[str]) -> list[str]:
    """Those of the servers that are there; says what is missing."""
    if "janus" in names and shutil.which("janus") is None:
        typer.echo(JANUS_MISSING, err=True)
        names = [name for name in names if name != "janus"]
    return [name for name in names if name != "fast" or HAS_FAST_PATH]


def janus_version() -> str:
    """Janus's version as it says it, empty when it is not installed."""
    if shutil.which("janus") is None:
        return ""
    output = subprocess.run(["janus", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+\.\d+", output)
    return found[0] if found else "?"


@contextmanager
def started(name: str, folder: Path, place: Place) -> Iterator[Started]:
    """Start a server there, with a configuration in ``folder``, and end it afterwards."""
    if name == "janus":
        with _janus(folder, place) as server:
            yield server
        return
    if name in CALLS:
        with _whole(folder, place, CALLS[name]) as server:
            yield server
        return
    module = "tests.bench.media.relay" if name == "mediarelay" else "tests.bench.media.ours"
    command = [sys.executable, "-m", module, *(["--fast"] if name == "fast" else [])]
    with running(command, place, folder / LOG) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError((folder / LOG).read_text())
        yield Started(process.pid, "http", url)


@contextmanager
def _janus(folder: Path, place: Place) -> Iterator[Started]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plugins = ",".join(f"libjanus_{name}.so" for name in _OTHER_PLUGINS.split())
    for file, text in _JANUS_FILES.items():
        (folder / file).write_text(text.format(folder=folder, port=port, plugins=plugins))
    with running(["janus", "--configs-folder", str(folder)], place, folder / LOG) as process:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((folder / LOG).read_text()) from None
                time.sleep(0.05)
        yield Started(process.pid, "janus", f"ws://127.0.0.1:{port}")


@contextmanager
def _whole(folder: Path, place: Place, door: str) -> Iterator[Started]:
    """`arsupport serve`: with accounts, journal and recordings on this disk."""
    os.environ.update(_NO_LIMITS)
    server = ServerProcess(folder)
    server.start()
    move(server.pid, place)
    os.environ["SSL_CERT_FILE"] = str(server.authority)
    try:
        yield Started(server.pid, door, server.base)
    finally:
        server.stop()
