"""An agent between a real RTSP server and a server's door: untouched pictures, outages on both sides, no passwords."""

from __future__ import annotations

import asyncio
import itertools
import logging
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from structlog.testing import capture_logs

from arsupport.camera.run import run_source_camera
from arsupport.camera.source import read_source
from arsupport.certificates.signing import new_authority, new_server
from arsupport.errors import ArError, Code
from tests.camera.films import film, slices

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.camera.conftest import Door, Listener

SERVER = Path(__file__).with_name("rtsp_server.py")
# Debian's Python is the one that has GStreamer's bindings.
PYTHON = "/usr/bin/python3"
KEY = "camera-key"
PASSWORD = "p%25ss"
LIVE = (
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=25/1 ! "
    "x264enc tune=zerolatency bframes=0 key-int-max=25 ! rtph264pay name=pay0 pt=96"
)
HEVC = (
    "videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=10/1 ! "
    "x265enc tune=zerolatency speed-preset=ultrafast ! rtph265pay name=pay0 pt=96"
)


class Rtsp:
    """A running RTSP server."""

    def __init__(self, process: asyncio.subprocess.Process, port: str, scheme: str) -> None:
        self._process = process
        self._scheme = scheme
        self.port = port

    def address(self, password: str = PASSWORD) -> str:
        return f"{self._scheme}://viewer:{password}@127.0.0.1:{self.port}/cam"

    async def stop(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.communicate()


def certified(path: Path) -> Path:
    """Write a camera's certificate and key, signed by nobody that anybody knows."""
    now = datetime.now(UTC)
    camera = new_server(new_authority([], now), ["127.0.0.1"], now)
    key = camera.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(camera.certificate.public_bytes(Encoding.PEM) + key)
    return path


@asynccontextmanager
async def rtsp(launch: str = LIVE, port: str = "0", way: str = "tcp") -> AsyncIterator[Rtsp]:
    process = await asyncio.create_subprocess_exec(PYTHON, SERVER, launch, port, way, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    said = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
    assert said, "GStreamer is missing: `make test` installs it or says how"
    server = Rtsp(process, said, "rtsp" if way in {"tcp", "udp"} else "rtsps")
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def agent(door: Door, address: str, machine: str = "") -> AsyncIterator[asyncio.Task[None]]:
    work = run_source_camera(door.address, KEY, read_source(address), door.authority, machine=machine)
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ArError):
            await task


async def pictures(door: Door, count: int) -> Listener:
    await door.until(lambda: door.listeners and len(door.listeners[-1].frames) >= count, seconds=40)
    return door.listeners[-1]


@pytest.mark.parametrize("way", ["tcp", "udp", "tls"])
async def test_an_ip_cameras_pictures_arrive_untouched_at_their_own_times(door: Door, tmp_path: Path, way: str) -> None:
    if way == "tls":
        way = str(certified(tmp_path / "camera.pem"))
    units = film(tmp_path / "film.mkv", frames=50)
    played = f"filesrc location={tmp_path}/film.mkv ! matroskademux ! h264parse ! rtph264pay name=pay0 pt=96"
    async with rtsp(played, way=way) as camera, agent(door, camera.address()):
        await door.until(lambda: door.socket is not None)
        await door.call()
        listener = await pictures(door, 20)
    sent = [slices(unit) for unit in units]
    first = sent.index(slices(listener.frames[0].data))
    got = listener.frames[:20]
    assert [slices(frame.data) for frame in got] == sent[first : first + 20]
    assert got[0].keyframe
    assert {(later.rtp - earlier.rtp) % 2**32 for earlier, later in itertools.pairwise(got)} == {3600}


async def test_a_camera_that_fails_and_comes_back_goes_on_in_the_same_call(door: Door) -> None:
    async with rtsp() as camera, agent(door, camera.address()):
        await door.until(lambda: door.socket is not None)
        await door.call()
        listener = await pictures(door, 10)
        with capture_logs() as logs:
            await camera.stop()
            await door.until(lambda: any(entry["event"] == "source-gone" for entry in logs) or door.pings < 0)
            before = len(listener.frames)
            async with rtsp(port=camera.port):
                await door.until(lambda: len(listener.frames) >= before + 25, seconds=60)
                said = [entry["event"] for entry in logs]
    assert len(door.listeners) == 1
    # A few frames from before it may still have been under way when it was known to be gone.
    steps = itertools.pairwise(listener.frames[before - 1 :])
    gap, restarted = max(((later.rtp - earlier.rtp) % 2**32 / 90_000, later.keyframe) for earlier, later in steps)
    assert 0.5 < gap < 60
    assert restarted
    assert said.count("source-gone") == 1


async def test_a_server_that_fails_gets_the_same_camera_again(door: Door) -> None:
    async with rtsp() as camera, agent(door, camera.address()):
        await door.until(lambda: door.socket is not None)
        await door.call()
        await pictures(door, 3)
        lost, door.socket = door.socket, None
        assert lost is not None
        await lost.close()
        await door.until(lambda: door.socket is not None)
        await door.call()
        await door.until(lambda: len(door.listeners) == 2)
        await pictures(door, 3)
    assert door.hellos == [KEY, KEY]


async def test_a_camera_with_h265_is_encoded_anew(door: Door) -> None:
    with capture_logs() as logs:
        async with rtsp(HEVC) as camera, agent(door, camera.address()):
            await door.until(lambda: door.socket is not None, seconds=40)
            await door.call()
            listener = await pictures(door, 5)
    assert listener.publication is not None
    assert listener.publication.codec == "H264"
    assert "encoded anew: browsers do not all play hevc" in [entry.get("pictures") for entry in logs]


async def test_a_wrong_password_is_said_once_and_never_shown(
    door: Door, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        async with rtsp() as camera, agent(door, camera.address("secret-1")):
            while not logs:  # noqa: ASYNC110 - a log has no event to wait for
                await asyncio.sleep(0.05)
        assert "401 Unauthorized" in logs[0]["reason"]
        async with rtsp() as camera, agent(door, camera.address()):
            await door.until(lambda: door.socket is not None)
            await door.call()
            await pictures(door, 3)
    assert len([entry for entry in logs if entry["event"] == "source-gone"]) == 1
    shown = f"{logs}{caplog.text}{capfd.readouterr()}"
    for password in ("secret-1", "p%25ss", "p%ss"):
        assert password not in shown


async def test_a_camera_is_not_shown_at_another_machine_than_it_looks_at(door: Door, tmp_path: Path) -> None:
    film(tmp_path / "film.mp4")
    async with agent(door, str(tmp_path / "film.mp4"), machine="other1") as task:
        with pytest.raises(ArError, match=r"Press 7 \(PRESS7\), not OTHER1") as refused:
            await asyncio.wait_for(task, 20)
    assert refused.value.code is Code.NOT_ALLOWED
    async with agent(door, str(tmp_path / "film.mp4"), machine=" press7"):
        await door.until(lambda: len(door.hellos) == 2)
        pings = door.pings
        await door.until(lambda: door.pings > pings)


async def test_a_called_source_that_never_opens_keeps_the_agent_alive(door: Door, tmp_path: Path) -> None:
    film(tmp_path / "film.mp4")
    async with agent(door, str(tmp_path / "film.mp4")):
        await door.until(lambda: door.socket is not None)
        (tmp_path / "film.mp4").unlink()
        await door.call()
        pings = door.pings
        await door.until(lambda: door.pings >= pings + 2)
        await door.end()
        film(tmp_path / "film.mp4")
        await door.call()
        await pictures(door, 3)
