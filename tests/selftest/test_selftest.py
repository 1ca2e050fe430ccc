"""The self-test as an installation's IT runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {
    "frames_forwarded",
    "first_frame_ms",
    "marks",
    "pose_error_px_median",
    "pose_error_px_p95",
    "pose_frames_matched",
    "events",
    "journal_verified",
    "recording_seconds",
    "ok",
}


@pytest.mark.timeout(180)
def test_the_main_job_is_done_and_reported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "arsupport", "selftest", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report.keys() >= KEYS
    assert (report["ok"], report["reason"], done.returncode) == (True, "", 0), done.stderr
    assert report["journal_verified"]
    assert report["marks"] == 3
    assert report["events"] > report["marks"]
    assert list(tmp_path.iterdir()) == []
