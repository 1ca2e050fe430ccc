from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import pytest

from arsupport.server.sole import only_server
from tests.camera.films import film

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

SETTINGS = {"ARSUPPORT_SERVER__PORT": "0", "ARSUPPORT_SERVER__HOST": "127.0.0.1", "ARSUPPORT_SERVER__TLS": "false"}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the demo; its camera writes into the same pipe, which ends when both have ended."""
    with process(tmp_path, "demo") as running:
        yield running


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "arsupport", *arguments],
        cwd=folder,
        env=os.environ | SETTINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as started:
        yield started
        started.kill()


def output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def until(process: subprocess.Popen[str], word: str) -> str:
    """Read lines up to the first one with this word."""
    lines = []
    for line in output(process):
        lines.append(line)
        if word in line:
            return "".join(lines)
    pytest.fail(f"{word} never came:\n{''.join(lines)}")


def test_the_demo_says_where_to_go_and_its_camera_joins(demo: subprocess.Popen[str]) -> None:
    said = until(demo, "camera-ready")
    assert re.search(r"^Tablet +http://127\.0\.0\.1:\d+/m/[A-Z2-9]{6}$", said, re.MULTILINE)
    assert re.search(r"^First +http://127\.0\.0\.1:\d+/setup#[\w-]{43}$", said, re.MULTILINE)
    assert re.search(r"^ready at http://127\.0\.0\.1:\d+", said, re.MULTILINE)


def test_a_stopped_demo_takes_its_camera_along(demo: subprocess.Popen[str]) -> None:
    until(demo, "camera-ready")
    demo.send_signal(signal.SIGTERM)
    rest = output(demo).read()
    assert demo.wait() == os.EX_OK
    assert "Traceback" not in rest
    assert "camera-not-connected" not in rest
    assert "server-stopped" in rest.splitlines()[-1]


def test_a_killed_demo_takes_its_camera_along(demo: subprocess.Popen[str]) -> None:
    until(demo, "camera-ready")
    demo.kill()
    assert "Traceback" not in output(demo).read()


def test_beside_a_server_commands_work_and_a_second_server_does_not(demo: subprocess.Popen[str], run: Run) -> None:
    until(demo, "ready at")
    assert run("machine", "add", "Press 5", "--site", "Hall 2")[0] == 0
    assert "Press 5" in run("machine", "list")[1]
    assert run("verify")[0] == 0
    status, _, err = run("serve")
    assert status == 2
    assert f"as process {demo.pid}." in err
    assert err.endswith("[already-running]\n")


def test_a_demo_beside_a_server_adds_nothing_to_its_plant(run: Run, tmp_path: Path) -> None:
    with only_server(tmp_path / "data"):
        status, _, err = run("demo")
    assert status == 2
    assert err.endswith("[already-running]\n")
    assert not (tmp_path / "data" / "arsupport.db").exists()


def test_a_taken_port_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for name, value in (SETTINGS | {"ARSUPPORT_SERVER__PORT": str(port)}).items():
            monkeypatch.setenv(name, value)
        status, _, err = run("serve")
    assert status == 2
    assert err.splitlines()[-1].startswith(f"error: server.host and server.port: cannot listen on 127.0.0.1:{port}")


def test_a_cameras_key_must_be_private(run: Run, tmp_path: Path) -> None:
    key = tmp_path / "hall.key"
    key.write_text("secret")
    key.chmod(0o644)
    status, _, err = run("camera", "--demo", "--server", "http://127.0.0.1:1", "--key-file", str(key))
    assert status == 2
    assert err.endswith("[insecure-key]\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--source", "http://10.0.0.1/x"), "this protocol is not taken"),
        (("--source", "nothing.mp4"), "there is no file nothing.mp4"),
        (("--source", "rtsp://admin:secret@:1/x"), "the address has no host"),
        ((), "--source"),
    ],
)
def test_a_source_must_be_one_that_is_taken(run: Run, arguments: tuple[str, ...], said: str) -> None:
    status, _, err = run("camera", "--server", "http://127.0.0.1:1", "--key-file", "none.key", *arguments)
    assert status == 2
    assert said in err
    assert "secret" not in err


def test_a_camera_enrols_and_joins_and_the_next_time_its_key_is_enough(run: Run, tmp_path: Path) -> None:
    """The whole of it as plant IT does it, with a server and an agent that are processes of their own."""
    film(tmp_path / "film.mp4")
    code = run("machine", "add", "Press 4", "--site", "Hall 2")[1].split()[0]
    token = run("machine", "enrol-camera", code, "--name", "Hall camera")[1].strip()
    with process(tmp_path, "serve") as server:
        address = until(server, "ready at ").rpartition("ready at ")[2].split()[0]
        once = ("camera", "--source", "film.mp4", "--machine", code, "--server", address, "--key-file", "hall.key")
        for more in (("--token", token), ("--token", token), ()):
            with process(tmp_path, *once, *more) as agent:
                said = until(agent, "camera-ready")
                assert "passed through as they are" in said
                assert ("camera-enrolled" in said) is bool(more)
                agent.terminate()
                assert "Traceback" not in output(agent).read()
    assert stat.S_IMODE((tmp_path / "hall.key").stat().st_mode) == 0o600
