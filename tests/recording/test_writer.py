from __future__ import annotations

import resource
import threading
from hashlib import sha256
from typing import TYPE_CHECKING

import av
import pytest

from arsupport.errors import ArError, Code
from arsupport.recording.codecs import TrackCodec
from arsupport.recording.playable import frame_index
from arsupport.recording.sink import GapCause
from arsupport.recording.thread import RecordingThread
from arsupport.recording.writer import RETRY_SECONDS, TrackRecorder
from tests.recording.encoded import Encoded, audio, video

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.recording.conftest import Told

VIDEO = [TrackCodec.H264, TrackCodec.VP8]
JUST_BEFORE_WRAP = 2**32 - 9000


def play(recorder: TrackRecorder, frames: Sequence[Encoded], *, start: float = 0.0) -> None:
    for number, frame in enumerate(frames):
        recorder.write(frame.rtp, frame.data, keyframe=frame.keyframe, arrival=start + number / 30)


def decoded(path: Path) -> int:
    with av.open(path) as container:
        return sum(1 for _ in container.decode(container.streams[0]))


@pytest.mark.parametrize("codec", VIDEO)
def test_video_becomes_segments_that_begin_with_a_keyframe(
    codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    frames = video(codec, 100, first_rtp=JUST_BEFORE_WRAP)
    recorder = TrackRecorder(thread, tmp_path, "cam", codec, told, segment_seconds=0.9)
    play(recorder, frames)
    recorder.close().result()
    assert [segment.frames for segment in told.closed] == [30, 30, 30, 10]
    assert [segment.first_rtp for segment in told.closed] == [frame.rtp for frame in frames[::30]]
    assert told.closed[0].last_rtp == frames[29].rtp
    assert [(segment.width, segment.height) for segment in told.closed] == [(160, 120)] * 4
    paths = [tmp_path / segment.file for segment in told.closed]
    assert [decoded(path) for path in paths] == [30, 30, 30, 10]
    assert frame_index(paths) == [frame.rtp for frame in frames]
    assert not told.gaps
    for segment in told.closed:
        for name, digest, size in (
            (segment.file, segment.sha256, segment.size),
            (segment.index_file, segment.index_sha256, segment.index_size),
        ):
            data = (tmp_path / name).read_bytes()
            assert (sha256(data).hexdigest(), len(data)) == (digest, size)


def test_audio_becomes_segments(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    packets = audio(120, first_rtp=2**32 - 960)
    recorder = TrackRecorder(thread, tmp_path, "mic", TrackCodec.OPUS, told, segment_seconds=1)
    for number, packet in enumerate(packets):
        recorder.write(packet.rtp, packet.data, keyframe=True, arrival=number / 50)
    recorder.close().result()
    assert sum(segment.frames for segment in told.closed) == len(packets)
    assert {segment.kind for segment in told.closed} == {"audio"}
    assert told.closed[1].first_rtp == packets[told.closed[0].frames].rtp
    assert all(decoded(tmp_path / segment.file) == segment.frames for segment in told.closed)


def test_a_segment_that_is_due_asks_for_a_keyframe_and_waits_for_it(
    tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.H264, told, segment_seconds=1)
    play(recorder, video("h264", 90, gop=300))
    recorder.close().result()
    assert [segment.frames for segment in told.closed] == [90]
    assert told.keyframes_asked == 2


@pytest.mark.parametrize("codec", VIDEO)
def test_another_picture_size_begins_a_segment(
    codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    recorder = TrackRecorder(thread, tmp_path, "cam", codec, told)
    play(recorder, [*video(codec, 10), *video(codec, 10, first_rtp=30_000, size=(320, 240))])
    recorder.close().result()
    assert [(segment.width, segment.height, segment.frames) for segment in told.closed] == [
        (160, 120, 10),
        (320, 240, 10),
    ]


def test_what_cannot_be_decoded_is_not_recorded_but_noted(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    frames = video("vp8", 60)
    recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.VP8, told)
    play(recorder, frames[5:])
    recorder.close().result()
    assert told.keyframes_asked == 1
    assert [(gap.cause, gap.frames) for gap in told.gaps] == [(GapCause.UNDECODABLE, 25)]
    assert told.closed[0].first_rtp == frames[30].rtp


@pytest.mark.parametrize("codec", VIDEO)
def test_what_needs_a_lost_frame_is_left_out_and_noted(
    codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    frames = video(codec, 90)
    recorder = TrackRecorder(thread, tmp_path, "cam", codec, told)
    for number, frame in enumerate(frames):
        if number not in {10, 59}:
            after_gap = number in {11, 60}
            recorder.write(
                frame.rtp, frame.data, keyframe=frame.keyframe, arrival=number / 30 + 1.0, after_gap=after_gap
            )
    recorder.close().result()
    assert frame_index([tmp_path / told.closed[0].file]) == [
        frame.rtp for frame in [*frames[:10], *frames[30:59], *frames[60:]]
    ]
    assert [(gap.cause, gap.frames) for gap in told.gaps] == [(GapCause.UNDECODABLE, 19), (GapCause.UNDECODABLE, 0)]
    assert [round((gap.end_ms - gap.start_ms) * 30 / 1000) for gap in told.gaps] == [21, 2]
    assert (told.closed[0].gaps, told.keyframes_asked) == (2, 1)


def test_each_loss_asks_for_a_keyframe_at_once(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.VP8, told)
    for number, frame in enumerate(video("vp8", 12, gop=60)):
        recorder.write(frame.rtp, frame.data, keyframe=frame.keyframe, arrival=number / 30, after_gap=number in {3, 8})
    recorder.close().result()
    assert told.keyframes_asked == 2
    assert [(gap.cause, gap.frames) for gap in told.gaps] == [(GapCause.UNDECODABLE, 9)]


def test_gaps_that_follow_one_another_at_once_are_told_as_one(
    tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.VP8, told)
    frames = video("vp8", 60, gop=1)
    for number, frame in enumerate(frames):
        recorder.write(frame.rtp, frame.data, keyframe=True, arrival=number / 30, after_gap=0 < number < 59)
    recorder.close().result()
    assert [segment.frames for segment in told.closed] == [60]
    assert len(told.gaps) == 3
    assert told.gaps[-1].end_ms - told.gaps[0].start_ms == pytest.approx(58_000 / 30, abs=2)


def test_an_interruption_is_noted_with_its_time(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    frames = video("h264", 20)
    later = [frame._replace(rtp=frame.rtp + 5 * 90_000) for frame in frames[10:]]
    recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.H264, told)
    play(recorder, frames[:10])
    play(recorder, later, start=5 + 10 / 30)
    recorder.close().result()
    (gap,) = told.gaps
    assert (gap.cause, gap.frames, gap.end_ms - gap.start_ms) == (GapCause.PAUSED, 0, 5033)
    assert told.closed[0].gaps == 1


def test_frames_that_the_disk_is_too_slow_for_are_counted(tmp_path: Path, told: Told) -> None:
    frames = video("h264", 90)
    thread = RecordingThread(waiting_limit=sum(len(frame.data) for frame in frames[:40]))
    disk_answers = threading.Event()

    def wait_for_the_disk() -> None:
        disk_answers.wait()

    thread.offer(0, wait_for_the_disk)
    recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.H264, told)
    play(recorder, frames[:50])
    disk_answers.set()
    caught_up = threading.Event()
    thread.offer(0, caught_up.set)
    caught_up.wait()
    play(recorder, frames[50:], start=50 / 30)
    recorder.close().result()
    thread.stop()
    (gap,) = told.gaps
    assert gap.cause is GapCause.OVERLOADED
    assert sum(segment.frames for segment in told.closed) + gap.frames == len(frames)
    assert decoded(tmp_path / told.closed[0].file) == told.closed[0].frames


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Let no file grow beyond 64 KiB: the write fails as on a full disk, without needing one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize("codec", VIDEO)
def test_a_full_disk_costs_a_gap_and_recording_goes_on(
    codec: TrackCodec, tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    frames = video(codec, 300, size=(320, 240))
    recorder = TrackRecorder(thread, tmp_path, "cam", codec, told, segment_seconds=60)
    play(recorder, frames)
    recorder.close().result()
    assert told.failures[0].code is Code.DISK_FULL
    assert [segment.recovered for segment in told.closed[:2]] == [True, True]
    assert all(decoded(tmp_path / segment.file) == segment.frames > 0 for segment in told.closed)
    recorded, missing = sum(segment.frames for segment in told.closed), sum(gap.frames for gap in told.gaps)
    assert recorded + missing == len(frames)
    assert told.gaps[0].cause is GapCause.DISK_FAILED
    assert told.gaps[0].end_ms - told.gaps[0].start_ms >= RETRY_SECONDS * 1000
    assert not list(tmp_path.glob("*.open"))


def test_a_folder_that_cannot_be_used_is_reported_and_tried_again(
    tmp_path: Path, thread: RecordingThread, told: Told
) -> None:
    folder = tmp_path / "session"
    folder.write_text("in the way")
    recorder = TrackRecorder(thread, folder, "cam", TrackCodec.H264, told)
    play(recorder, video("h264", 10))
    reported = threading.Event()
    thread.offer(0, reported.set)
    reported.wait()
    folder.unlink()
    play(recorder, video("h264", 10, first_rtp=900_000), start=10)
    recorder.close().result()
    assert [failure.code for failure in told.failures] == [Code.STORAGE_FAILED]
    assert [(gap.cause, gap.frames) for gap in told.gaps] == [(GapCause.DISK_FAILED, 10)]
    assert [segment.frames for segment in told.closed] == [10]


def test_a_track_must_have_a_name_fit_for_a_file(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    with pytest.raises(ArError):
        TrackRecorder(thread, tmp_path, "../cam", TrackCodec.VP8, told)


def test_a_second_recorder_of_a_track_overwrites_nothing(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    for _ in range(2):
        recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.H264, told)
        play(recorder, video("h264", 3))
        recorder.close().result()
    assert [segment.file for segment in told.closed] == ["cam-00001.mp4", "cam-00002.mp4"]


def test_frames_out_of_order_are_left_out_and_noted(tmp_path: Path, thread: RecordingThread, told: Told) -> None:
    frames = video("h264", 10)
    recorder = TrackRecorder(thread, tmp_path, "cam", TrackCodec.H264, told)
    play(recorder, [*frames[:6], frames[2], *frames[6:]])
    recorder.close().result()
    assert [segment.frames for segment in told.closed] == [10]
    assert [(gap.cause, gap.frames) for gap in told.gaps] == [(GapCause.PAUSED, 1)]
