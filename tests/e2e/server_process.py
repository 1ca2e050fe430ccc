"""A server in a process of its own, which can be killed and started again on the same data."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import msgpack

from arsupport.certificates import folder as certificates
from tests.coturn import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.coturn import Coturn
    from tests.link.namespace import Namespace

P = ParamSpec("P")
T = TypeVar("T")

LOGIN, PASSWORD = "ada", "correct horse battery staple"
START_SECONDS = 30
_SETUP = re.compile(r"(https://\S+)/setup#(\S+)")


class ServerProcess:
    """``arsupport serve`` in ``folder``. ``base`` is its address, ``code`` that of its one machine.

    With a ``namespace`` (tests/link) it runs in that network and is reached in there, by address. ``more`` is added to
    its configuration, ``module`` is what runs.
    """

    def __init__(
        self, folder: Path, namespace: Namespace | None = None, more: str = "", module: str = "arsupport"
    ) -> None:
        self.folder = folder
        self._module = module
        self.data = folder / "data"
        self.code = ""
        self.machine = ""
        self._namespace = namespace
        name, address = (namespace.address, namespace.address) if namespace else ("localhost", "127.0.0.1")
        self.port = self._inside(_free_port, address)
        self.base = f"https://{name}:{self.port}"
        self._certificates = certificates.make(folder / "certs", [name]).files
        self._config = folder / "arsupport.toml"
        self._log = (folder / "server.log").open("ab")
        self._config.write_text(
            f'[server]\nhost = "{address}"\nport = {self.port}\npublic_url = "{self.base}"\n'
            f'cert_file = "{self._certificates.server}"\nkey_file = "{self._certificates.server_key}"\n'
            f'[data]\nfolder = "{self.data}"\nwarn_free_mb = 0\nmin_free_mb = 0\n'
            "[media]\ninclude_loopback = true\n"
            f"[recording]\nsegment_seconds = 3\n{more}"
        )
        self._process: subprocess.Popen[str] | None = None
        self._cookie = ""

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    @property
    def authority(self) -> Path:
        """The certificate that its clients must trust."""
        return self._certificates.authority

    def start(self) -> None:
        """Start it, and wait until it answers; the first time, make the administrator and the machine."""
        command = [sys.executable, "-m", self._module, "serve", "--config", str(self._config)]
        self._process = subprocess.Popen(
            self._namespace.command(*command) if self._namespace else command,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=self.folder,
        )
        assert self._process.stdout is not None
        token = ""
        for line in self._process.stdout:
            found = _SETUP.search(line)
            token = found[2] if found else token
            if line.startswith("ready at"):
                break
        else:
            raise AssertionError(self.log())
        if not self.code:
            self._set_up(token)

    def kill(self) -> int:
        """End it without any warning; return when that was (ms UTC)."""
        at_ms = time.time_ns() // 1_000_000
        self._end(signal.SIGKILL)
        return at_ms

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._end(signal.SIGTERM)
        self._log.close()

    def command(self, *arguments: str) -> str:
        """Run a command line beside the server; give what it printed."""
        command = [sys.executable, "-m", "arsupport", *arguments, "--config", str(self._config)]
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=self.folder, check=True).stdout

    def log(self) -> str:
        """Return what it has logged."""
        return (self.folder / "server.log").read_text()

    def add_user(self, login: str, name: str, role: str) -> None:
        """Let somebody sign in, with the password of everybody here."""
        self._administer("user", "add", login, "--name", name, "--role", role, "--password-stdin")

    def add_camera(self, name: str) -> str:
        """Give the machine a fixed camera; return its key."""
        key = self.folder / "camera.key"
        self._administer("machine", "add-camera", self.code, "--name", name, "--key-file", str(key))
        return key.read_text().strip()

    def call(self, path: str, body: object = None) -> object:
        """Use the REST interface as the administrator."""
        return json.loads(self._request(path, None if body is None else json.dumps(body).encode()))

    def events(self, session: str, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of a session's events of one kind, from its journal."""
        stored: list[dict[str, Any]] = msgpack.unpackb(self._request(f"/api/sessions/{session}/events"))
        return [event["body"] for event in stored if event["body"]["type"] == kind]

    def verified(self, session: str) -> dict[str, Any]:
        """Return what a check of a session's record finds, once it is closed: that takes a moment after the end."""
        for _ in range(100):
            verification = self.call(f"/api/sessions/{session}/verification")
            assert isinstance(verification, dict)
            if verification["closed"]:
                return verification
            time.sleep(0.1)
        raise AssertionError(self.log())

    def _administer(self, *command: str) -> None:
        whole = [sys.executable, "-m", "arsupport", *command, "--config", str(self._config)]
        subprocess.run(whole, input=PASSWORD, text=True, cwd=self.folder, check=True, capture_output=True)

    def _set_up(self, token: str) -> None:
        self.call("/api/setup", {"token": token, "login": LOGIN, "name": "Ada", "password": PASSWORD})
        machine = self.call("/api/machines", {"name": "Press 4711", "site": "Hall 2", "tag": 4})
        assert isinstance(machine, dict)
        self.code, self.machine = machine["code"], machine["id"]

    def _request(self, path: str, body: bytes | None = None) -> bytes:
        headers = {"Origin": self.base, "Content-Type": "application/json", "Cookie": self._cookie}
        request = urllib.request.Request(self.base + path, body, headers)  # noqa: S310 - our own address
        return self._inside(self._exchange, request)

    def _exchange(self, request: urllib.request.Request) -> bytes:
        trust = ssl.create_default_context(cafile=self._certificates.authority)
        with urllib.request.urlopen(request, context=trust, timeout=START_SECONDS) as response:  # noqa: S310
            self._cookie = (response.headers.get("Set-Cookie") or self._cookie).partition(";")[0]
            answer: bytes = response.read()
        return answer

    def _inside(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in the server's network."""
        return self._namespace.run(function, *args, **kwargs) if self._namespace else function(*args, **kwargs)

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(START_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None


def _free_port(address: str) -> int:
    with socket.socket() as free:
        free.bind((address, 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def relayed_server(folder: Path, namespace: Namespace, relay: Coturn, more: str = "") -> Iterator[ServerProcess]:
    """Run a server that tells its participants of a relay; ``more`` is added to what it is told of it."""
    turn = f'[turn]\nurls = ["{relay.url}"]\nsecret = "{SECRET}"\n{more}\n'
    with running(ServerProcess(folder, namespace, turn)) as server:
        yield server


@contextmanager
def running(server: ServerProcess) -> Iterator[ServerProcess]:
    """Run a server while the block runs."""
    try:
        server.start()
        yield server
    finally:
        server.stop()
