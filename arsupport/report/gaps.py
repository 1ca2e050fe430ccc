"""What is missing in a record: a missing piece must not look as if nothing had happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from arsupport.protocol import events as e
from arsupport.protocol.events import Kind
from arsupport.report.sentences import LEFT
from arsupport.video.recorded import STILLS_CODEC

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from arsupport.protocol.events import Event
    from arsupport.report.sentences import Sentences
    from arsupport.video.recorded import Track

# What is shorter is a frame that stood, or a track that was about to begin.
_SHORTEST_MS: Final = 1_000
LEAVING_MS: Final = 1_000
"""Whose connection is lost so shortly before they leave has left, and not lost it."""
_NOTHING_FOR: Final = {Kind.VIDEO: "report-gap-picture", Kind.AUDIO: "report-gap-sound"}


@dataclass(frozen=True)
class Gap:
    """From when to when (ms UTC); ``message`` with its ``values`` says what is missing, ``reason`` why."""

    start: int
    end: int
    message: str
    values: dict[str, str | float] = field(default_factory=dict)
    reason: str = ""


def gaps(events: Sequence[Event], tracks: Mapping[str, Track], sentences: Sentences) -> list[Gap]:
    """Give everything that is missing, in order of time: what was noted then, and what follows from the record."""
    ends = next((event.at for event in events if isinstance(event.body, e.SessionEnding)), events[-1].at)
    found = [*_noted(events, tracks, sentences), *_absences(events, ends, sentences)]
    found += _unrecorded(events, tracks, ends, sentences)
    return sorted(found, key=lambda gap: (gap.start, gap.end))


def _noted(events: Sequence[Event], tracks: Mapping[str, Track], sentences: Sentences) -> Iterator[Gap]:
    noted = [event.body for event in events if isinstance(event.body, e.GapNoted)]
    for event in events:
        match event.body:
            case e.GapNoted(track, what, start, end):
                told = sentences.reason(what)
                if track in tracks:
                    told = f"{sentences.name(tracks[track].started.participant)}, {tracks[track].started.kind}: {told}"
                yield Gap(start, end, "report-gap-noted", {"what": told})
            case e.ServerRestarted(last):
                yield Gap(last, event.at, "report-gap-restarted")
            case e.SegmentClosed() as segment if segment.track in tracks:
                started = tracks[segment.track].started
                start, end = segment.started_at, segment.started_at + _lasts(segment, started.clock_rate)
                values: dict[str, str | float] = {
                    "who": sentences.name(started.participant),
                    "content": segment.content,
                }
                if segment.recovered:
                    yield Gap(start, end, "report-gap-recovered", values)
                known = any(gap.track == segment.track and gap.start <= end and start <= gap.end for gap in noted)
                if segment.gaps and not known:
                    yield Gap(start, end, "report-gap-inside", values | {"count": segment.gaps})
            case _:
                pass


def _absences(events: Sequence[Event], ends: int, sentences: Sentences) -> Iterator[Gap]:
    """Give when somebody was not connected, did not speak, or got no video."""
    begun: dict[tuple[str, str], tuple[int, str]] = {}

    def over(message: str, participant: str, at: int) -> Gap:
        start, reason = begun.pop((message, participant))
        return Gap(start, at, message, {"who": sentences.name(participant)}, reason)

    for event in events:
        match event.body:
            case e.ParticipantLeft(left):
                ended = [over(message, who, event.at) for message, who in list(begun) if who == left]
                yield from [gap for gap in ended if gap.end - gap.start >= LEAVING_MS]
            case _:
                message, participant, begins, reason = _turn(event)
                if begins and event.at < ends:
                    begun.setdefault((message, participant), (event.at, sentences.reason(reason)))
                elif (message, participant) in begun:
                    yield over(message, participant, event.at)
    yield from [over(message, participant, ends) for message, participant in list(begun)]


def _turn(event: Event) -> tuple[str, str, bool, str]:
    """Tell what begins with an event to be missing of somebody, and why, or is there again."""
    match event.body:
        case e.ParticipantDisconnected(participant, reason):
            return "report-gap-lost", participant, reason not in LEFT, reason
        case e.ParticipantConnected(participant):
            return "report-gap-lost", participant, False, ""
        case e.Muted(muted):
            return "report-gap-muted", event.by, muted, ""
        case e.LowBandwidthSet(on):
            return "report-gap-thin", event.by, on, ""
        case _:
            return "", "", False, ""


def _unrecorded(events: Sequence[Event], tracks: Mapping[str, Track], ends: int, sentences: Sentences) -> Iterator[Gap]:
    """Give when nothing was recorded of somebody who had begun to send, until they left."""
    left = {event.body.participant: event.at for event in events if isinstance(event.body, e.ParticipantLeft)}
    began: dict[tuple[str, Kind], int] = {}
    stopped: dict[str, int] = {}
    for event in events:
        match event.body:
            case e.TrackStarted(_, participant, kind):
                began.setdefault((participant, kind), event.at)
            case e.TrackStopped(track):
                stopped[track] = event.at
            case _:
                pass
    started = {event.body.track: event.at for event in events if isinstance(event.body, e.TrackStarted)}
    for (participant, kind), begin in began.items():
        own = [
            track for track in tracks.values() if (track.started.participant, track.started.kind) == (participant, kind)
        ]
        covered = [span for track in own for span in _spans(track, started, stopped, ends)]
        at = begin
        end = min(ends, left.get(participant, ends))
        for first, last in [*sorted(covered), (end, end)]:
            if first - at >= _SHORTEST_MS:
                yield Gap(at, first, _NOTHING_FOR[kind], {"who": sentences.name(participant)})
            at = max(at, last)


def _spans(
    track: Track, started: Mapping[str, int], stopped: Mapping[str, int], ends: int
) -> Iterator[tuple[int, int]]:
    """Give from when to when (ms UTC) something of a track was recorded."""
    if track.started.codec == STILLS_CODEC:
        yield started[track.started.track], stopped.get(track.started.track, ends)
    for segment in track.media:
        yield segment.started_at, segment.started_at + _lasts(segment, track.started.clock_rate)


def _lasts(segment: e.SegmentClosed, clock_rate: int) -> int:
    """Give how long a segment lasts, from its first frame to its last, ms."""
    return ((segment.last_rtp - segment.first_rtp) % 2**32) * 1000 // clock_rate
