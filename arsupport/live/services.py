"""What every running session of an installation shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arsupport.live.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from arsupport.journal.blobs import Blobs
    from arsupport.journal.journal import Journal
    from arsupport.recording.thread import RecordingThread
    from arsupport.rtc import IceServer
    from arsupport.session import Limits


@dataclass(frozen=True)
class Services:
    """Storage and limits. ``issue_key`` makes the secret by which a participant comes back."""

    journal: Journal
    blobs: Blobs
    recording: RecordingThread
    folder: Path
    issue_key: Callable[[str, str], str]
    limits: Limits
    max_sessions: int
    max_calls: int
    segment_seconds: int
    min_free_bytes: int
    warn_free_bytes: int
    # Of one picture that a participant sends.
    picture_bytes: int
    picture_pixels: int
    # How long a session waits for anybody to come back; people walk out of Wi-Fi and batteries die.
    abandoned_seconds: float
    # And how long before somebody else may call its camera away; a reload or a gap in the Wi-Fi is over by then.
    deserted_seconds: float
    ice_servers: tuple[IceServer, ...]
    include_loopback: bool
    fast_path: bool
    traffic: Traffic = field(default_factory=Traffic)
