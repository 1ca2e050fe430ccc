from __future__ import annotations

from typing import TYPE_CHECKING

import av
import pytest

from arsupport.errors import ArError, Code
from arsupport.recording.codecs import TrackCodec
from arsupport.recording.playable import frame_index, make_playable
from arsupport.recording.writer import TrackRecorder
from tests.recording.encoded import Encoded, audio, video

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.recording.thread import RecordingThread
    from tests.recording.conftest import Told

PAUSE = 7 * 90_000 + 13


def record(thread: RecordingThread, folder: Path, codec: TrackCodec, told: Told, frames: list[Encoded]) -> list[Path]:
    recorder = TrackRecorder(thread, folder, "cam", codec, told, segment_seconds=1)
    for number, frame in enumerate(frames):
        recorder.write(frame.rtp, frame.data, keyframe=frame.keyframe, arrival=number / 30)
    recorder.close().result()
    return [folder / segment.file for segment in told.closed]


def shaken(frames: list[Encoded]) -> list[Encoded]:
    """Give frames uneven times, as a camera's are, and a long pause in the middle."""
    half = len(frames) // 2
    return [
        frame._replace(rtp=(frame.rtp + number * 37 % 101 + (PAUSE if number >= half else 0)) % 2**32)
        for number, frame in enumerate(frames)
    ]


def times(path: Path) -> list[int]:
    """Return the presentation times in a file, in its own units."""
    with av.open(path) as container:
        return [packet.pts for packet in container.demux() if packet.size and packet.pts is not None]


@pytest.mark.parametrize("codec", [TrackCodec.H264, TrackCodec.VP8])
def test_frames_keep_their_rtp_times(codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    frames = shaken(video(codec, 120, first_rtp=2**32 - 150_000))
    paths = record(thread, tmp_path, codec, told, frames)
    assert len(paths) == 2
    playable = make_playable(paths, tmp_path / "derived" / "cam.video")
    ticks = [(frame.rtp - playable.first_rtp) % 2**32 for frame in frames]
    if codec is TrackCodec.H264:
        assert times(playable.path) == ticks
    else:
        assert times(playable.path) == [round(tick / 90) for tick in ticks]
    assert frame_index(paths) == [frame.rtp for frame in frames]
    assert (playable.frames, playable.started_at_ms) == (120, told.closed[0].started_at_ms)
    assert playable.seconds == pytest.approx(ticks[-1] / 90_000, abs=0.1)


def test_audio_keeps_its_rtp_times(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    packets = audio(150, first_rtp=2**32 - 48_000)
    playable = make_playable(record(thread, tmp_path, TrackCodec.OPUS, told, packets), tmp_path / "mic.m4a")
    assert times(playable.path) == [number * 960 for number in range(150)]
    assert playable.seconds == pytest.approx(3.0)


@pytest.mark.parametrize("codec", [TrackCodec.H264, TrackCodec.VP8])
def test_any_frame_can_be_sought(codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    playable = make_playable(record(thread, tmp_path, codec, told, video(codec, 150)), tmp_path / "cam.video")
    with av.open(playable.path) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        container.seek(round(3.5 / stream.time_base), stream=stream)
        frame = next(container.decode(stream))
        assert frame.time == pytest.approx(3.0, abs=0.001)  # the keyframe before


@pytest.mark.parametrize("codec", [TrackCodec.H264, TrackCodec.VP8])
def test_a_track_whose_size_changed_plays_through(
    codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    frames = [*video(codec, 10), *video(codec, 10, first_rtp=30_000, size=(320, 240))]
    playable = make_playable(record(thread, tmp_path, codec, told, frames), tmp_path / "cam.video")
    with av.open(playable.path) as container:
        sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert sizes == [(160, 120)] * 10 + [(320, 240)] * 10


def test_nothing_recorded_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArError) as refusal:
        make_playable([], tmp_path / "cam.mp4")
    assert refusal.value.code is Code.UNKNOWN_FILE


def test_a_broken_segment_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "cam-00001.mp4").write_bytes(b"no media" * 100)
    with pytest.raises(ArError) as refusal:
        make_playable([tmp_path / "cam-00001.mp4"], tmp_path / "derived" / "cam.mp4")
    assert refusal.value.code is Code.STORAGE_CORRUPT
    assert list((tmp_path / "derived").iterdir()) == []
