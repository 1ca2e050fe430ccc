"""Sides of the media connection that the agent's tests do not show."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import aioice.ice
import pytest
from aiortc.mediastreams import MediaStreamError

from arsupport.camera.publisher import Publisher
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.rendered import RenderedTrack
from arsupport.camera.timeline import CLOCK_RATE
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="module")
def camera() -> VirtualCamera:
    return VirtualCamera(CameraSettings(seed=1, size=(320, 180), fps=20, period=2))


@pytest.fixture
async def publisher(camera: VirtualCamera) -> AsyncIterator[Publisher]:
    publisher = Publisher(RenderedTrack(camera, 500_000), [])
    yield publisher
    await publisher.close()


async def test_the_offer_is_h264_and_both_channels_and_no_foreign_server(publisher: Publisher) -> None:
    offer = await publisher.offer()
    assert "H264/90000" in offer
    assert "VP8" not in offer
    assert "a=sendonly" in offer
    assert "m=application" in offer
    assert "typ host" in offer
    assert "typ srflx" not in offer


async def test_a_machine_without_a_network_offers_itself(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_families: [])
    assert " 127.0.0.1 " in await publisher.offer()


@pytest.mark.parametrize("answer", ["", "nonsense", "v=0\r\n", "v=0\r\nm=video"])
async def test_an_answer_that_is_none_is_refused(publisher: Publisher, answer: str) -> None:
    await publisher.offer()
    with pytest.raises(ArError) as refused:
        await publisher.accept(answer)
    assert refused.value.code is Code.BAD_DESCRIPTION


async def test_a_closed_publisher_is_broken(camera: VirtualCamera) -> None:
    publisher = Publisher(RenderedTrack(camera, 500_000), [])
    assert not publisher.broken
    await publisher.close()
    assert publisher.broken


async def test_a_track_keeps_its_rate_by_leaving_frames_out(camera: VirtualCamera) -> None:
    track = RenderedTrack(camera, 500_000)
    times = [(await track.recv()).pts or 0 for _ in range(4)]
    steps = {later - earlier for earlier, later in itertools.pairwise(times)}
    assert times[0] == 0
    assert all(step > 0 and step % (CLOCK_RATE // 20) == 0 for step in steps)
    track.stop()
    with pytest.raises(MediaStreamError):
        await track.recv()
