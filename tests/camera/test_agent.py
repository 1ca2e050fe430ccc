"""The agent against a server's door: called, publishing true pictures, released, cut off, refused."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest

from arsupport.camera.run import run_demo_camera
from arsupport.camera.stamp import read_stamp
from arsupport.errors import ArError, Code
from arsupport.protocol.channels import Resume
from arsupport.protocol.events import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.camera.conftest import Door, Listener

KEY = "camera-key"
FPS = 10


@asynccontextmanager
async def running(door: Door, authority: Path | None = None) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(
        run_demo_camera(door.address, KEY, authority or door.authority, seed=1, size=(320, 180), fps=FPS)
    )
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ArError):
            await task


def stamps(listener: Listener) -> list[tuple[int, int | None]]:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    seen: list[tuple[int, int | None]] = []
    for encoded in listener.frames:
        pictures = decoder.decode(cast("av.Packet[av.VideoStream]", av.Packet(encoded.data)))
        seen += [(encoded.rtp, read_stamp(np.asarray(p.to_ndarray(format="bgr24"), np.uint8))) for p in pictures]
    return seen


async def test_a_called_camera_publishes_frames_whose_timestamps_tell_their_index(door: Door) -> None:
    async with running(door):
        await door.until(lambda: door.socket is not None)
        assert door.hellos == [KEY]
        assert not door.listeners
        await door.call()
        await door.until(lambda: door.listeners and len(door.listeners[0].frames) >= 8)
        await door.until(lambda: door.listeners[0].control)
    listener = door.listeners[0]
    assert listener.control == [Resume(after=0)]
    assert listener.publication is not None
    assert listener.publication.codec == "H264"
    first, *rest = [(rtp, index) for rtp, index in stamps(listener) if index is not None]
    assert len(rest) >= 6
    for rtp, index in rest:
        assert (rtp - first[0]) % 2**32 == (index - first[1]) * 90_000 // FPS


async def test_a_keyframe_comes_when_one_is_asked_for(door: Door) -> None:
    async with running(door):
        await door.until(lambda: door.socket is not None)
        await door.call()
        await door.until(lambda: door.listeners and len(door.listeners[0].frames) >= 3)
        listener = door.listeners[0]
        before = len(listener.frames)
        assert listener.publication is not None
        listener.publication.request_keyframe(asyncio.get_running_loop().time())
        await door.until(lambda: len(listener.frames) >= before + 2 * FPS)
        assert any(frame.keyframe for frame in listener.frames[before:])


async def test_the_end_of_a_session_stops_the_camera_and_it_can_be_called_again(door: Door) -> None:
    async with running(door):
        await door.until(lambda: door.socket is not None)
        await door.call()
        await door.until(lambda: door.listeners and door.listeners[0].frames)
        await door.end()
        pings = door.pings
        await door.until(lambda: door.pings > pings)
        sent = len(door.listeners[0].frames)
        await door.until(lambda: door.pings > pings + 1)
        assert len(door.listeners[0].frames) == sent
        assert len(door.hellos) == 1
        await door.call()
        await door.until(lambda: len(door.listeners) == 2 and door.listeners[1].frames)


async def test_a_lost_connection_is_made_again_with_the_same_key(door: Door) -> None:
    async with running(door):
        await door.until(lambda: door.socket is not None)
        await door.call()
        await door.until(lambda: door.listeners and door.listeners[0].frames)
        lost, door.socket = door.socket, None
        assert lost is not None
        await lost.close()
        await door.until(lambda: door.socket is not None)
        assert door.hellos == [KEY, KEY]
        await door.call()
        await door.until(lambda: len(door.listeners) == 2 and door.listeners[1].frames)


async def test_a_key_that_is_still_in_use_is_tried_again(door: Door) -> None:
    door.refusal = Code.CAMERA_TAKEN
    async with running(door):
        await door.until(lambda: len(door.hellos) >= 2)
        door.refusal = None
        await door.until(lambda: door.socket is not None)


@pytest.mark.parametrize("code", [Code.UNKNOWN_CAMERA, Code.UNSUPPORTED_VERSION])
async def test_a_refusal_that_will_not_change_ends_the_agent(door: Door, code: Code) -> None:
    door.refusal = code
    async with running(door) as agent:
        with pytest.raises(ArError) as refused:
            await asyncio.wait_for(agent, 15)
    assert refused.value.code is code
    assert len(door.hellos) == 1


async def test_a_person_s_token_is_not_taken_for_a_camera_s_key(door: Door) -> None:
    door.role = Role.EXPERT
    async with running(door) as agent:
        with pytest.raises(ArError, match="not to a camera"):
            await asyncio.wait_for(agent, 15)


async def test_an_agent_that_was_replaced_does_not_fight(door: Door) -> None:
    async with running(door) as agent:
        await door.until(lambda: door.socket is not None)
        await door.end(Code.REPLACED)
        with pytest.raises(ArError) as replaced:
            await asyncio.wait_for(agent, 15)
    assert replaced.value.code is Code.REPLACED


@pytest.mark.parametrize("server", ["ftp://plant", "plant:8443", "https://", "nothing"])
async def test_an_address_that_is_none_is_refused(server: str) -> None:
    with pytest.raises(ArError, match="no web address") as refused:
        await run_demo_camera(server, KEY)
    assert refused.value.code is Code.BAD_CONFIG


async def test_an_authority_s_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        if path.name == "empty.pem":
            path.write_text("nothing")
        with pytest.raises(ArError) as refused:
            await run_demo_camera("https://127.0.0.1", KEY, path)
        assert refused.value.code is Code.BAD_CONFIG
