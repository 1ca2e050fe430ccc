"""Real files through the reader: what goes through untouched, what is encoded, and what cannot be read."""

from __future__ import annotations

import itertools
import queue
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import av
import pytest
from structlog.testing import capture_logs

from arsupport.camera.look import look_at
from arsupport.camera.reader import SourceReader
from arsupport.camera.source import read_source
from arsupport.errors import ArError, Code
from tests.camera.films import FPS, SIZE, film, slices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from arsupport.camera.pictures import EncodedPicture

STEP = 90_000 // FPS


class Taken:
    """What a reader gives."""

    def __init__(self, path: Path, *, encode: bool = False) -> None:
        self.codecs: list[str] = []
        self._pictures: queue.Queue[tuple[EncodedPicture, int]] = queue.Queue()
        self.reader = SourceReader(
            read_source(str(path)),
            encode=encode,
            bit_rate=300_000,
            began=self.codecs.append,
            took=lambda picture, stamp: self._pictures.put((picture, stamp)),
        )

    def first(self, count: int) -> tuple[list[EncodedPicture], list[int]]:
        """Give pictures and their timestamps as they come."""
        pairs = [self._pictures.get(timeout=20) for _ in range(count)]
        return [picture for picture, _ in pairs], [stamp for _, stamp in pairs]


@contextmanager
def reading(path: Path, *, encode: bool = False) -> Iterator[Taken]:
    taken = Taken(path, encode=encode)
    taken.reader.start()
    try:
        yield taken
    finally:
        taken.reader.stop()


def decoded(pictures: list[EncodedPicture]) -> list[tuple[int, int]]:
    """Give the size of each picture that a decoder makes of them."""
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    return [(frame.width, frame.height) for picture in pictures for frame in decoder.decode(av.Packet(picture.data))]


def test_h264_passes_through_unchanged_with_its_parameter_sets(tmp_path: Path) -> None:
    units = film(tmp_path / "film.mp4")
    with reading(tmp_path / "film.mp4") as taken:
        pictures, stamps = taken.first(len(units))
    assert [slices(picture.data) for picture in pictures] == [slices(unit) for unit in units]
    assert stamps == [index * STEP for index in range(len(units))]
    assert [index for index, picture in enumerate(pictures) if picture.keyframe] == [0, 10, 20]
    assert decoded(pictures[10:]) == [SIZE] * 15  # a receiver that comes later


def test_vp8_passes_through_unchanged(tmp_path: Path) -> None:
    units = film(tmp_path / "film.webm", "libvpx")
    with reading(tmp_path / "film.webm") as taken:
        pictures, _ = taken.first(len(units))
    assert taken.codecs == ["VP8"]
    assert [picture.data for picture in pictures] == units


def test_a_film_begins_anew_and_its_time_goes_on(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", frames=5)
    with reading(tmp_path / "film.mp4") as taken:
        pictures, stamps = taken.first(12)
    assert [index for index, picture in enumerate(pictures) if picture.keyframe] == [0, 5, 10]
    steps = [later - earlier for earlier, later in itertools.pairwise(stamps)]
    assert all(step >= STEP for step in steps)
    assert steps[:4] == [STEP] * 4


def test_a_camera_that_changes_its_resolution_goes_on(tmp_path: Path) -> None:
    film(tmp_path / "film.ts", sizes=(SIZE, (320, 192), SIZE), frames=10)
    with reading(tmp_path / "film.ts") as taken:
        pictures, _ = taken.first(30)
    assert decoded(pictures) == [SIZE] * 10 + [(320, 192)] * 10 + [SIZE] * 10
    assert decoded(pictures[10:])[0] == (320, 192)


def test_so_it_does_when_it_is_encoded_anew(tmp_path: Path) -> None:
    film(tmp_path / "film.ts", sizes=(SIZE, (320, 192)), frames=10)
    with reading(tmp_path / "film.ts", encode=True) as taken:
        pictures, stamps = taken.first(20)
    sizes = decoded(pictures)
    assert set(sizes) == {SIZE, (320, 192)}
    assert len(sizes) == 20
    assert all(later > earlier for earlier, later in itertools.pairwise(stamps))


@pytest.mark.parametrize(
    ("name", "codec", "b_frames", "reason"),
    [
        ("film.avi", "mjpeg", 0, "browsers do not all play mjpeg"),
        ("film.mkv", "libx265", 0, "browsers do not all play hevc"),
        ("film.mp4", "libx264", 2, "WebRTC has no B frames"),
    ],
)
def test_what_browsers_cannot_play_is_encoded_and_the_log_says_why(
    tmp_path: Path, name: str, codec: str, b_frames: int, reason: str
) -> None:
    film(tmp_path / name, codec, b_frames=b_frames)
    assert look_at(read_source(str(tmp_path / name))) == reason
    with capture_logs() as logs, reading(tmp_path / name) as taken:
        # Of B frames the reader learns on the way: what it had passed through before is in front.
        pictures, stamps = taken.first(30)
    assert [entry["reason"] for entry in logs if entry["event"] == "pictures-encoded-anew"] == [reason]
    assert taken.codecs[-1] == "H264"
    begin = max(index for index, picture in enumerate(pictures) if picture.keyframe and index < 10)
    assert decoded(pictures[begin:])[0] == SIZE
    assert all(later > earlier for earlier, later in itertools.pairwise(stamps))


def test_a_keyframe_comes_on_request_where_the_reader_encodes(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", frames=100, gop=100)
    with capture_logs() as logs, reading(tmp_path / "film.mp4", encode=True) as taken:
        taken.first(3)
        taken.reader.request_keyframe()
        pictures, _ = taken.first(5)
    assert any(picture.keyframe for picture in pictures)
    assert not logs


def test_where_it_passes_through_it_says_once_that_the_camera_decides(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4")
    with capture_logs() as logs, reading(tmp_path / "film.mp4") as taken:
        taken.first(2)
        for _ in range(3):
            taken.reader.request_keyframe()
        taken.first(2)
    assert [entry["event"] for entry in logs] == ["keyframe-comes-when-the-camera-sends-one"]


PLAYLISTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n#EXT-X-ENDLIST\n",
    "list.ffconcat": "ffconcat version 1.0\nfile other.mp4\n",
    "stream.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 26\n",
    "noise.mp4": "x" * 5000,
    "empty.mp4": "",
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_file_that_is_no_film_is_not_read_and_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    film(tmp_path / "other.mp4")
    (tmp_path / name).write_text(PLAYLISTS[name])
    with pytest.raises(ArError) as refused:
        look_at(read_source(str(tmp_path / name)))
    assert refused.value.code is Code.CONNECTION_FAILED
    assert str(tmp_path) not in refused.value.detail


def test_a_file_that_breaks_off_is_played_as_far_as_it_goes_and_a_dead_one_is_tried_slowly(tmp_path: Path) -> None:
    film(tmp_path / "film.ts")
    whole = (tmp_path / "film.ts").read_bytes()
    (tmp_path / "film.ts").write_bytes(whole[: len(whole) * 2 // 3 + 7])
    with reading(tmp_path / "film.ts") as taken:
        pictures, _ = taken.first(20)
        assert decoded(pictures)
        (tmp_path / "film.ts").write_bytes(b"nothing")
        with capture_logs() as logs:
            while not logs:
                taken.reader._stopped.wait(0.05)
    assert [entry["event"] for entry in logs] == ["source-gone"]
