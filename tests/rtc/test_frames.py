"""Frames made by real encoders, cut to packets as senders do it, and put together again."""

from __future__ import annotations

import fractions
import itertools
import random
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
import pytest
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from av.video.codeccontext import VideoCodecContext
from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc import EncodedFrame, FrameAssembler, MediaPacket
from arsupport.rtc.frames import REORDER_PACKETS, REORDER_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

Video = Literal["H264", "VP8"]
WIDTH, HEIGHT, FRAMES = 320, 180, 30
DECODER = {"H264": "h264", "VP8": "libvpx"}
SECOND_KEYFRAME = 20


def encode(codec: Video) -> list[MediaPacket]:
    encoder = H264Encoder() if codec == "H264" else Vp8Encoder()
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH * 2, 3), dtype=np.uint8)
    packets: list[MediaPacket] = []
    counter = itertools.count(65_530)
    for number in range(FRAMES):
        picture = np.ascontiguousarray(noise[:, number * 4 : number * 4 + WIDTH])
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number * 3000, fractions.Fraction(1, 90_000)
        payloads, _timestamp = encoder.encode(frame, force_keyframe=number in {0, SECOND_KEYFRAME})
        for position, payload in enumerate(payloads):
            extended = next(counter)
            marker = position == len(payloads) - 1
            packets.append(MediaPacket(payload, extended & 0xFFFF, extended, number * 3000, marker, number / 30))
    return packets


@pytest.fixture(scope="module")
def encoded() -> dict[str, list[MediaPacket]]:
    return {"H264": encode("H264"), "VP8": encode("VP8")}


def first_of_several(packets: list[MediaPacket]) -> MediaPacket:
    """First packet of a frame that is not a keyframe and has more than one."""
    return next(packet for packet in packets if packet.timestamp > 0 and not packet.marker)


def assemble(codec: Video, packets: Iterable[MediaPacket]) -> list[EncodedFrame]:
    assembler = FrameAssembler(codec)
    return [frame for packet in packets for frame in assembler.push(packet)]


def decoded(codec: Video, frames: list[EncodedFrame]) -> int:
    decoder = av.CodecContext.create(DECODER[codec], "r")
    assert isinstance(decoder, VideoCodecContext)
    pictures = [picture for frame in frames for picture in decoder.decode(av.Packet(frame.data))]
    pictures += decoder.decode(None)
    assert all((picture.width, picture.height) == (WIDTH, HEIGHT) for picture in pictures)
    return len(pictures)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_frames_decode_and_know_their_time_and_size(codec: Video, encoded: dict[str, list[MediaPacket]]) -> None:
    frames = assemble(codec, encoded[codec])
    assert [frame.rtp for frame in frames] == [number * 3000 for number in range(FRAMES)]
    assert [number for number, frame in enumerate(frames) if frame.keyframe] == [0, SECOND_KEYFRAME]
    assert {(frame.width, frame.height) for frame in frames if frame.keyframe} == {(WIDTH, HEIGHT)}
    assert not any(frame.after_gap for frame in frames)
    assert decoded(codec, frames) == FRAMES


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("seed", range(5))
def test_reordering_and_repetition_change_nothing(
    codec: Video, encoded: dict[str, list[MediaPacket]], seed: int
) -> None:
    rng = random.Random(seed)
    packets = encoded[codec]
    keys = {packet.extended: packet.extended + rng.uniform(0, 8) for packet in packets[1:]}
    shuffled = [packets[0], *sorted(packets[1:], key=lambda packet: keys[packet.extended])]
    repeated = [packet for packet in shuffled for _ in range(rng.choice([1, 1, 2]))]
    data = [frame.data for frame in assemble(codec, packets)]
    assert [frame.data for frame in assemble(codec, repeated)] == data


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_lost_packet_costs_its_frame_and_the_next_one_says_so(
    codec: Video, encoded: dict[str, list[MediaPacket]]
) -> None:
    packets = encoded[codec]
    lost = first_of_several(packets)
    number_lost = lost.timestamp // 3000
    assembler = FrameAssembler(codec)
    frames = [frame for packet in packets if packet is not lost for frame in assembler.push(packet)]
    assert [frame.rtp // 3000 for frame in frames] == [number for number in range(FRAMES) if number != number_lost]
    assert [frame.rtp // 3000 for frame in frames if frame.after_gap] == [number_lost + 1]
    assert assembler.lost_packets == 1


def test_a_missing_packet_holds_no_more_than_a_window() -> None:
    assembler = FrameAssembler("opus")
    assembler.push(opus(0, 0.0))
    released = [len(assembler.push(opus(number, 0.0))) for number in range(2, REORDER_PACKETS + 3)]
    assert released == [0] * REORDER_PACKETS + [REORDER_PACKETS + 1]


def test_a_missing_packet_is_not_waited_for_when_the_stream_is_slow() -> None:
    assembler = FrameAssembler("opus")
    assert len(assembler.push(opus(0, 0.0))) == 1
    assert assembler.push(opus(2, 0.1)) == []
    (second, third) = assembler.push(opus(3, 0.11 + REORDER_SECONDS))
    assert (second.after_gap, third.after_gap) == (True, False)


def test_joining_in_the_middle_starts_at_a_whole_frame(encoded: dict[str, list[MediaPacket]]) -> None:
    for codec in ("H264", "VP8"):
        packets = encoded[codec]
        first = first_of_several(packets)
        frames = assemble(codec, packets[packets.index(first) + 1 :])
        assert [frame.rtp // 3000 for frame in frames] == list(range(first.timestamp // 3000 + 1, FRAMES))


def test_padding_between_frames_is_not_a_gap(encoded: dict[str, list[MediaPacket]]) -> None:
    first, *rest = encoded["VP8"]
    shifted = [MediaPacket(p.payload, p.sequence, p.extended + 1, p.timestamp, p.marker, p.arrival) for p in rest]
    padding = MediaPacket(b"", 0, first.extended + 1, first.timestamp, marker=False, arrival=0.0)
    frames = assemble("VP8", [first, padding, *shifted])
    assert len(frames) == FRAMES
    assert not any(frame.after_gap for frame in frames)


def test_every_opus_packet_is_a_frame() -> None:
    assembler = FrameAssembler("opus")
    frames = [frame for number in range(3) for frame in assembler.push(opus(number, 0.0))]
    assert [frame.data for frame in frames] == [b"\0\0", b"\0\1", b"\0\2"]
    assert all(frame.keyframe for frame in frames)


def opus(number: int, arrival: float) -> MediaPacket:
    return MediaPacket(number.to_bytes(2, "big"), number, number, number * 960, marker=False, arrival=arrival)


@pytest.mark.parametrize("codec", ["H264", "VP8", "opus"])
@given(payloads=st.lists(st.binary(max_size=60), max_size=30))
def test_hostile_payloads_make_no_exception(codec: Literal["H264", "VP8", "opus"], payloads: list[bytes]) -> None:
    assembler = FrameAssembler(codec)
    for number, payload in enumerate(payloads):
        assembler.push(MediaPacket(payload, number, number, number // 2, bool(number % 2), 0.0))
