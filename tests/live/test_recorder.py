"""What a killed server left on disk and in the journal, and what the next one makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from arsupport.journal import files
from arsupport.live.recorder import Recorder
from arsupport.protocol import events as e
from arsupport.rtc import EncodedFrame, Publication
from tests.recording.encoded import video

from .conftest import full_disk, history, until

if TYPE_CHECKING:
    from arsupport.journal.journal import Journal
    from arsupport.live.ledger import Ledger
    from arsupport.live.services import Services


@dataclass
class Camera:
    """As much of a publication as recording needs."""

    codec: str = "H264"
    keyframes_asked: int = 0

    def request_keyframe(self, _now: float) -> None:
        self.keyframes_asked += 1


async def record(services: Services, ledger: Ledger, frames: int = 60) -> Recorder:
    """Record a track ``p1-1`` and leave it open."""
    recorder = Recorder(services, ledger)
    write = recorder.begin_track("p1-1", cast("Publication", Camera()))
    for number, frame in enumerate(video("h264", frames)):
        write(EncodedFrame(frame.rtp, frame.data, frame.keyframe, number / 30))
    return recorder


def segments(ledger: Ledger) -> list[e.SegmentClosed]:
    return [body for body in history(ledger) if isinstance(body, e.SegmentClosed)]


async def listed(journal: Journal, ledger: Ledger) -> list[str]:
    rows = await journal.read(lambda c: files.list_for_session(c, ledger.session_id))
    return sorted(row.name for row in rows)


async def test_a_recording_is_entered_with_its_hash(services: Services, ledger: Ledger, journal: Journal) -> None:
    recorder = await record(services, ledger)
    recorder.poses("p1-1", 0, b"poses")
    await recorder.close()
    await ledger.settle()
    names = {segment.file: segment for segment in segments(ledger)}
    assert sorted(names) == ["p1-1-00001.mp4", "p1-1-00001.poses"]
    assert (names["p1-1-00001.mp4"].frames, names["p1-1-00001.mp4"].recovered) == (60, False)
    rows = await journal.read(lambda c: files.list_for_session(c, ledger.session_id))
    assert {row.name: row.sha256 for row in rows}["p1-1-00001.mp4"] == names["p1-1-00001.mp4"].sha256
    assert len(rows) == 3


async def _closed_but_not_entered(services: Services, ledger: Ledger) -> None:
    """Leave what a kill leaves between the closing of a file and the entering of it."""
    folder = services.folder / "sessions" / ledger.session_id
    await (await record(services, ledger)).close()
    await ledger.settle()
    assert (folder / "p1-1-00001.mp4").exists()


async def test_a_closed_segment_that_the_journal_does_not_name_is_entered(
    services: Services, ledger: Ledger, journal: Journal
) -> None:
    await _closed_but_not_entered(services, ledger)
    before = segments(ledger)
    again = Recorder(services, ledger)
    await again.recover(entered=set())  # the file is listed, the event is missing
    await again.close()
    await ledger.settle()
    entered = segments(ledger)[len(before) :]
    assert [(it.file, it.sha256) for it in entered] == [(it.file, it.sha256) for it in before]
    assert await listed(journal, ledger) == ["p1-1-00001.mp4", "p1-1-00001.mp4.rtp"]


async def test_what_the_journal_names_is_not_entered_again(services: Services, ledger: Ledger) -> None:
    await _closed_but_not_entered(services, ledger)
    before = history(ledger)
    again = Recorder(services, ledger)
    await again.recover(entered={segment.file for segment in segments(ledger)})
    await again.close()
    await ledger.settle()
    assert history(ledger) == before


async def test_an_open_segment_is_cut_to_what_is_whole_and_entered(
    services: Services, ledger: Ledger, journal: Journal
) -> None:
    await _closed_but_not_entered(services, ledger)
    folder = services.folder / "sessions" / ledger.session_id
    whole = (folder / "p1-1-00001.mp4").read_bytes()
    (folder / "p1-1-00002.mp4.open").write_bytes(whole[: len(whole) // 2])
    (folder / "p1-1-00002.mp4.rtp").write_bytes((folder / "p1-1-00001.mp4.rtp").read_bytes())
    again = Recorder(services, ledger)
    await again.recover(entered={"p1-1-00001.mp4"})
    await again.close()
    await ledger.settle()
    newest = segments(ledger)[-1]
    assert (newest.file, newest.recovered) == ("p1-1-00002.mp4", True)
    assert 0 < newest.frames < 60
    assert "p1-1-00002.mp4" in await listed(journal, ledger)


async def test_a_segment_of_which_nothing_is_whole_is_a_gap(services: Services, ledger: Ledger) -> None:
    folder = services.folder / "sessions" / ledger.session_id
    folder.mkdir(parents=True)
    (folder / "p1-1-00007.mp4.open").write_bytes(b"\x00\x00\x00\x20ftyp")
    again = Recorder(services, ledger)
    await again.recover(entered=set())
    await again.close()
    await ledger.settle()
    gap = history(ledger)[-1]
    assert (gap.track, gap.what) == ("p1-1", "nothing-recovered")
    assert gap.start < gap.end
    assert list(folder.iterdir()) == []


async def test_entering_waits_for_a_full_disk(services: Services, ledger: Ledger, journal: Journal) -> None:
    recorder = await record(services, ledger)
    async with full_disk(journal):
        recorder.end_track("p1-1")
        assert segments(ledger) == []
    await recorder.close()
    await ledger.settle()
    assert [segment.file for segment in segments(ledger)] == ["p1-1-00001.mp4"]


async def test_a_new_segment_asks_for_a_keyframe(services: Services, ledger: Ledger) -> None:
    recorder = Recorder(replace(services, segment_seconds=1), ledger)
    camera = Camera()
    write = recorder.begin_track("p1-1", cast("Any", camera))
    for number, frame in enumerate(video("h264", 60, gop=600)):
        write(EncodedFrame(frame.rtp, frame.data, frame.keyframe, number / 30))
    await until(lambda: camera.keyframes_asked)
    await recorder.close()
