"""A camera on a line that loses packets: what is recorded is what the camera saw, and what is missing is noted."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import count, pairwise
from typing import TYPE_CHECKING, Literal, cast

import av
import numpy as np
import pytest
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder

from arsupport.live.decoder import Decoder
from arsupport.live.recorder import Recorder
from arsupport.protocol import events as e
from arsupport.recording.playable import frame_index
from arsupport.rtc import EncodedFrame, FrameAssembler, MediaPacket, Publication
from tests.recording.encoded import FRAME_TICKS, video

from .conftest import history

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from arsupport.live.ledger import Ledger
    from arsupport.live.services import Services
    from tests.recording.encoded import Encoded

FRAMES, KEYFRAME_EVERY = 80, 20


class Camera:
    """As much of a publication as recording needs."""

    def __init__(self, codec: str) -> None:
        self.codec = codec

    def request_keyframe(self, _now: float) -> None:
        """One comes every ``KEYFRAME_EVERY`` frames anyway."""


def sent(codec: Literal["H264", "VP8"], film: list[Encoded]) -> list[MediaPacket]:
    encoder, numbers = H264Encoder() if codec == "H264" else Vp8Encoder(), count(1)
    packets = []
    for frame in film:
        packet = av.Packet(frame.data)
        packet.pts, packet.time_base = frame.rtp, Fraction(1, 90_000)
        payloads, _ = encoder.pack(packet)
        for position, payload in enumerate(payloads):
            last, number = position == len(payloads) - 1, next(numbers)
            arrival = frame.rtp / 90_000
            packets.append(MediaPacket(payload, number, number, frame.rtp, last, arrival))
    return packets


def pictures(codec: str, frames: list[EncodedFrame]) -> dict[int, NDArray[np.uint8]]:
    decoder = Decoder(codec)
    return {picture.rtp: picture.luma() for frame in frames for picture in decoder.decode(frame)}


def recorded(file: Path) -> dict[int, NDArray[np.uint8]]:
    with av.open(file, "r") as container:
        frames = [np.asarray(frame.to_ndarray()[: frame.height], np.uint8) for frame in container.decode(video=0)]
    return dict(zip(frame_index([file]), frames, strict=True))


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_recorded_is_what_the_camera_saw(
    codec: Literal["H264", "VP8"], seed: int, services: Services, ledger: Ledger
) -> None:
    film = video(codec.lower(), FRAMES, size=(320, 240), gop=KEYFRAME_EVERY)
    seen = pictures(codec, [EncodedFrame(it.rtp, it.data, it.keyframe, 0.0) for it in film])
    packets, chance = sent(codec, film), random.Random(seed)
    lost = {packet.extended for packet in chance.sample(packets[1:-30], 4)}
    recorder, assembler = Recorder(services, ledger), FrameAssembler(codec)
    write = recorder.begin_track("p1-1", cast("Publication", Camera(codec)))
    for packet in packets:
        for frame in assembler.push(packet) if packet.extended not in lost else []:
            write(frame)
    await recorder.close()
    await ledger.settle()

    segments = [it for it in history(ledger) if isinstance(it, e.SegmentClosed)]
    found: dict[int, NDArray[np.uint8]] = {}
    for segment in segments:
        found |= recorded(services.folder / "sessions" / ledger.session_id / segment.file)
    assert 0 < len(found) < FRAMES
    for rtp, picture in found.items():
        np.testing.assert_array_equal(picture, seen[rtp], err_msg=str(rtp))
    gaps = [it for it in history(ledger) if isinstance(it, e.GapNoted)]
    assert {gap.what for gap in gaps} == {"undecodable"}
    for earlier, later in pairwise(found):
        if later - earlier > FRAME_TICKS:
            start, end = (segments[0].started_at + (rtp - segments[0].first_rtp) / 90 for rtp in (earlier, later))
            assert any(gap.start <= start + 1 and gap.end >= end - 1 for gap in gaps), (start, end, gaps)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_what_follows_a_frame_that_cannot_be_decoded_is_not_taken_for_good(codec: str) -> None:
    film = [EncodedFrame(it.rtp, it.data, it.keyframe, 0.0) for it in video(codec.lower(), 30, gop=20)]
    film[5] = EncodedFrame(film[5].rtp, bytes(50), keyframe=False, arrival=0.0)
    assert list(pictures(codec, film)) == [frame.rtp for frame in [*film[:5], *film[20:]]]
