"""What a self-test saw."""

from __future__ import annotations

import msgspec


class Report(msgspec.Struct, frozen=True):
    """Figures of one run. Pose errors are in pixels of a picture 1280 wide; ``reason`` is empty when ``ok``.

    ``pose_frames_matched`` is the share of frames seen by the expert for which poses came, ``recording_seconds`` what
    was decoded of the recorded video.
    """

    ok: bool
    reason: str = ""
    frames_forwarded: int = 0
    first_frame_ms: int = 0
    marks: int = 0
    pose_error_px_median: float = 0.0
    pose_error_px_p95: float = 0.0
    pose_frames_matched: float = 0.0
    events: int = 0
    journal_verified: bool = False
    recording_seconds: float = 0.0
    seconds: float = 0.0
