"""What of a session can be played, for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.protocol import rest
from arsupport.recording.codecs import CONTAINERS, TrackCodec
from arsupport.server import addresses
from arsupport.server.summaries import session_summary
from arsupport.video.recorded import tracks

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.video.recorded import Track


def recording(connection: Connection, session_id: str) -> rest.Recording:
    """Return what can be played of a session; of one that still runs, what is closed so far.

    Raises:
        ArError: ``unknown-session``.
    """
    found = tracks(connection, session_id).values()
    return rest.Recording(
        session_summary(connection, session_id), [_described(session_id, track) for track in found if track.media]
    )


def _described(session_id: str, track: Track) -> rest.RecordedTrack:
    first, started = track.media[0], track.started
    return rest.RecordedTrack(
        track=started.track,
        participant=started.participant,
        kind=started.kind,
        codec=first.codec,
        clock_rate=started.clock_rate,
        first_rtp=first.first_rtp,
        started_at=first.started_at,
        seconds=track.seconds,
        url=addresses.track(session_id, started.track, "media"),
        media_type=CONTAINERS[TrackCodec(first.codec.lower())].media_type,
        frames_url=addresses.track(session_id, started.track, "frames"),
        poses_url=addresses.track(session_id, started.track, "poses"),
    )
