"""Cameras that change what they send in mid-call, or claim pictures that no memory holds."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from arsupport.live.decoder import Decoder
from arsupport.live.tracking import CameraTracking
from arsupport.recording.codecs import TrackCodec
from arsupport.recording.thread import RecordingThread
from arsupport.recording.writer import TrackRecorder
from arsupport.rtc import EncodedFrame
from arsupport.rtc.frames import MAX_PIXELS, FrameAssembler
from arsupport.rtc.packets import MediaPacket

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from arsupport.live.follower import StillMade, ViewMade
    from arsupport.live.lookout import TagsSeen
    from arsupport.protocol.marks import MarkState, Pose
    from arsupport.recording.segment import ClosedSegment
    from arsupport.recording.sink import Gap
    from arsupport.rtc.codecs import CodecName

SIZES = [(320, 180), (640, 360), (322, 182), (320, 180), (64, 48)]


def film(codec: str, size: tuple[int, int], first: int, count: int = 12) -> list[EncodedFrame]:
    """Noise that moves, in one encoder's stream, with timestamps from ``first`` on."""
    width, height = size
    encoder = av.CodecContext.create("libx264" if codec == "H264" else "libvpx", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "yuv420p", Fraction(1, 90_000)
    encoder.options = (
        {"preset": "ultrafast", "tune": "zerolatency"}
        if codec == "H264"
        else {"deadline": "realtime", "lag-in-frames": "0"}
    )
    scene = np.random.default_rng(1).integers(0, 255, (height + count, width, 3), np.uint8)
    frames = []
    for index in range(count):
        picture = av.VideoFrame.from_ndarray(scene[index : index + height], "rgb24").reformat(format="yuv420p")
        picture.pts, picture.time_base = first + index * 3000, Fraction(1, 90_000)
        frames += [
            EncodedFrame(first + index * 3000, bytes(it), it.is_keyframe, index / 30) for it in encoder.encode(picture)
        ]
    return frames


class Told:
    """What the tracking thread said."""

    def __init__(self) -> None:
        self.posed: dict[int, list[Pose]] = {}
        self.sizes: list[tuple[int, int]] = []
        self._changed = threading.Condition()

    def poses(self, _track: str, rtp: int, poses: list[Pose]) -> None:
        with self._changed:
            self.posed[rtp] = poses
            self._changed.notify_all()

    def mark_state(self, mark: int, state: MarkState, track: str, rtp: int) -> None:
        """Whatever it is."""

    def still(self, still: StillMade) -> None:
        self.sizes.append((still.width, still.height))

    def view(self, view: ViewMade) -> None:
        raise AssertionError(view)

    def still_missing(self, track: str, rtp: int) -> None:
        raise AssertionError((track, rtp))

    def tags(self, seen: TagsSeen) -> None:
        """Whatever it is."""

    def unfollowed(self, marks: list[int], *, again: bool) -> None:
        raise AssertionError((marks, again))

    def until(self, holds: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, timeout=30)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_marks_are_followed_through_every_change_of_resolution(codec: str) -> None:
    told = Told()
    tracking = CameraTracking(told)
    tracking.begin("p1-1", codec)
    rtp = 0
    for size in SIZES:
        frames = film(codec, size, rtp)
        for frame in frames:
            tracking.add(frame)
        tracking.draw(1 + SIZES.index(size), "p1-1", frames[-1].rtp, (0.5, 0.5))
        told.until(lambda: rtp == 0 or any(later > rtp for later in told.posed))  # noqa: B023 - called at once
        rtp = frames[-1].rtp + 3000
    for frame in (last := film(codec, SIZES[0], rtp)):
        tracking.add(frame)
        told.until(lambda: frame.rtp in told.posed or frame is not last[-1])  # noqa: B023 - called at once
    tracking.close()
    tracking.join()
    assert set(SIZES) == set(told.sizes)


class Sink:
    def __init__(self) -> None:
        self.closed: list[ClosedSegment] = []

    def segment_closed(self, segment: ClosedSegment) -> None:
        self.closed.append(segment)

    def gap(self, gap: Gap) -> None:
        """Some are lost while the codec changes."""

    def keyframe_needed(self, track: str) -> None:
        """Every film begins with one."""

    def recording_failed(self, track: str, failure: Exception) -> None:
        raise AssertionError((track, failure))


@pytest.mark.parametrize("codec", [TrackCodec.H264, TrackCodec.VP8])
def test_each_resolution_is_recorded_in_segments_of_its_own(codec: TrackCodec, tmp_path: Path) -> None:
    thread, sink = RecordingThread(), Sink()
    recorder = TrackRecorder(thread, tmp_path, "p1-1", codec, sink)
    rtp = 0
    for size in SIZES:
        for frame in film(codec.name, size, rtp):
            recorder.write(frame.rtp, frame.data, keyframe=frame.keyframe, arrival=rtp / 90_000)
        rtp += 12 * 3000
    recorder.close().result(30)
    thread.stop()
    assert [(it.width, it.height) for it in sink.closed] == SIZES


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_frames_of_the_other_codec_and_bare_noise_end_nothing(codec: CodecName) -> None:
    other = "VP8" if codec == "H264" else "H264"
    decoder, chance = Decoder(codec), np.random.default_rng(2)
    good = film(codec, (320, 180), 0)
    mixed = [
        *good,
        *film(other, (320, 180), 90_000),
        *(EncodedFrame(1, chance.bytes(500), keyframe=True, arrival=0.0) for _ in range(20)),
    ]
    for frame in mixed:
        list(decoder.decode(frame))
    assert [picture.rtp for frame in good for picture in decoder.decode(frame)]


def sps(width: int, height: int, references: int) -> bytes:
    """A baseline sequence parameter set (ITU-T H.264 section 7.3.2.1.1)."""

    def unsigned(value: int) -> str:
        bits = f"{value + 1:b}"
        return "0" * (len(bits) - 1) + bits

    bits = unsigned(0) + unsigned(0) + unsigned(2) + unsigned(references) + "0"
    bits += unsigned(width // 16 - 1) + unsigned(height // 16 - 1) + "1" + "1" + "0" + "0" + "1"
    bits += "0" * (-len(bits) % 8)
    return b"\x67\x42\xc0\x33" + int(bits, 2).to_bytes(len(bits) // 8, "big")


PPS, IDR = b"\x68\xce\x3c\x80", b"\x65\x88\x84\x00\x10"


def assembled(codec: CodecName, *payloads: bytes) -> list[EncodedFrame]:
    assembler, frames = FrameAssembler(codec), []
    for number, payload in enumerate(payloads):
        last = number == len(payloads) - 1
        frames += assembler.push(MediaPacket(payload, number, number, 1, marker=last, arrival=0.0))
    return frames


@pytest.mark.parametrize(
    ("width", "height", "references", "taken"),
    [
        (1280, 720, 4, True),
        (3840, 2160, 1, True),
        (16_384, 16_384, 1, False),
        (3840, 2160, 16, False),
        (65_520, 16, 16, True),
    ],
)
def test_pictures_that_cost_too_much_memory_go_nowhere(
    width: int, height: int, references: int, *, taken: bool
) -> None:
    assert bool(assembled("H264", sps(width, height, references), PPS, IDR)) is taken


def test_the_same_of_vp8() -> None:
    huge = (16_383).to_bytes(2, "little") * 2
    assert assembled("VP8", b"\x10\x10\x00\x00\x9d\x01\x2a" + huge + bytes(20)) == []
    assert assembled("VP8", b"\x10\x10\x00\x00\x9d\x01\x2a" + b"\x40\x01\xb4\x00" + bytes(20))


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_the_decoder_itself_makes_no_huge_picture(codec: str) -> None:
    huge = {
        "H264": b"".join(b"\0\0\0\1" + unit for unit in (sps(16_384, 16_384, 1), PPS, IDR)),
        "VP8": b"\x10\x00\x00\x9d\x01\x2a" + (16_383).to_bytes(2, "little") * 2 + bytes(200),
    }[codec]
    for picture in Decoder(codec).decode(EncodedFrame(1, huge, keyframe=True, arrival=0.0)):
        assert picture.width * picture.height <= MAX_PIXELS
