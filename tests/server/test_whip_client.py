"""WHIP with clients and WebRTC stacks that are not ours: whip-whep on werift, and FFmpeg's own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import struct
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtp import RtpPacket
from structlog.testing import capture_logs

from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from tests.camera.films import encoded

from .calls import Hall
from .test_signal import asked, configured
from .test_whip import camera_shown, no_camera_shown, seen, stored, until_stored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from arsupport.config import Config

CLIENT = Path(__file__).with_name("whip_client.mjs")
ROOT = Path(__file__).parents[2]
MODULES = ROOT / "web" / "node_modules"
SIZE = (320, 192)


def write_packets(path: Path, codec: str) -> None:
    """Write a film of two seconds as RTP packets, each behind its length (16 bits)."""
    film = encoded("libx264" if codec == "H264" else "libvpx", [SIZE], 50, 25, 0)
    packer = H264Encoder() if codec == "H264" else Vp8Encoder()
    with path.open("wb") as file:
        for packet in film:
            payloads, timestamp = packer.pack(packet)
            for payload in payloads:
                rtp = RtpPacket(payload_type=96, timestamp=timestamp, marker=int(payload is payloads[-1]))
                rtp.payload = payload
                data = rtp.serialize()
                file.write(struct.pack("!H", len(data)) + data)


@asynccontextmanager
async def pushing(hall: Hall, key: str, codec: str, film: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Push with the foreign client; it is killed at the end, without a goodbye."""
    node = shutil.which("node", path=f"{MODULES.parents[1] / '.venv' / 'bin'}:/usr/bin:/usr/local/bin")
    assert node is not None
    url = f"{hall.server.public_url}/whip/{hall.machine.code}"
    pipe = asyncio.subprocess.PIPE
    # A group of its own: where Node comes from PyPI, what is started is a script that starts Node.
    process = await asyncio.create_subprocess_exec(
        node, CLIENT, MODULES, url, key, codec, film, stdin=pipe, stdout=pipe, start_new_session=True
    )
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"pushing\n"
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_a_foreign_client_pushes_is_seen_and_says_goodbye(config: Config, tmp_path: Path, codec: str) -> None:
    write_packets(tmp_path / "film.rtp", codec)
    async with Hall(configured(config.data.folder)) as hall:
        camera_id, key = await hall.camera_key()
        expert = await hall.expert()
        async with pushing(hall, key, codec, tmp_path / "film.rtp") as client:
            assert (await camera_shown(expert)).camera == camera_id
            session = (await asked(expert, s.CallCamera(camera_id), s.Admitted)).session
            await expert.signal(s.EnterSession(session))
            await expert.expect(s.Joined)
            await seen(expert, 10)
            assert client.stdin is not None
            assert client.stdout is not None
            client.stdin.write(b"end\n")
            assert await asyncio.wait_for(client.stdout.readline(), 20) == b"gone\n"
        await no_camera_shown(expert)
        (track,) = await until_stored(hall, session, e.TrackStarted)
        assert track.codec == codec
        await until_stored(hall, session, e.TrackStopped)
        recorded = await until_stored(hall, session, e.SegmentClosed)
        assert recorded[0].frames >= 10
        assert (recorded[0].width, recorded[0].height) == SIZE


async def test_ffmpeg_pushes_is_seen_and_says_goodbye(config: Config, tmp_path: Path) -> None:
    own = trustme.CA().issue_cert("encoder")
    own.cert_chain_pems[0].write_to_path(str(tmp_path / "own.crt"))
    own.private_key_pem.write_to_path(str(tmp_path / "own.key"))
    async with Hall(configured(config.data.folder)) as hall:
        camera_id, key = await hall.camera_key()
        expert = await hall.expert()
        url = f"{hall.server.public_url}/whip/{hall.machine.code}"
        arguments = ("-m", "tests.server.libav_push", url, key, tmp_path / "own.crt", tmp_path / "own.key")
        ffmpeg = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
        try:
            assert (await camera_shown(expert)).camera == camera_id
            session = (await asked(expert, s.CallCamera(camera_id), s.Admitted)).session
            await expert.signal(s.EnterSession(session))
            await expert.expect(s.Joined)
            await seen(expert, 10)
            with capture_logs() as logs:
                ffmpeg.terminate()
                await no_camera_shown(expert)
            assert [entry["reason"] for entry in logs if entry["event"] == "push-ended"] == ["left"]
        finally:
            with suppress(ProcessLookupError):
                ffmpeg.kill()
            await ffmpeg.wait()
        (track,) = await until_stored(hall, session, e.TrackStarted)
        assert track.codec == "H264"


async def test_a_client_that_dies_silently_is_missed_and_its_successor_takes_its_place(
    config: Config, tmp_path: Path
) -> None:
    write_packets(tmp_path / "film.rtp", "H264")
    async with Hall(configured(config.data.folder)) as hall:
        camera_id, key = await hall.camera_key()
        expert, _, session, _ = await hall.paired()
        async with pushing(hall, key, "H264", tmp_path / "film.rtp"):
            await camera_shown(expert)
            assert (await asked(expert, s.CallCamera(camera_id), s.Admitted)).session == session
            await until_stored(hall, session, e.TrackStarted)
        await no_camera_shown(expert)
        async with pushing(hall, key, "H264", tmp_path / "film.rtp"):
            await camera_shown(expert, session)
            await until_stored(hall, session, e.TrackStarted, 2)
        facts = await stored(hall, session)
        assert [fact.reason for fact in facts if isinstance(fact, e.ParticipantDisconnected)] == ["silent"]
        assert {fact.participant for fact in facts if isinstance(fact, e.TrackStarted)} == {"p3"}
