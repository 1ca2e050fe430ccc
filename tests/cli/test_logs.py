"""What the log looks like, and that nobody dies of it."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import structlog

from arsupport.cli import logs
from arsupport.config import LogConfig

if TYPE_CHECKING:
    import pytest


def test_a_line_is_an_object_with_time_level_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogConfig(json_lines=True))
    log = structlog.get_logger("arsupport.anything")
    log.info("segment-closed", track="p1-1")
    log.debug("not-to-be-seen")
    [line] = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["track"]) == ("segment-closed", "info", "p1-1")
    assert said["timestamp"].endswith("Z")


def test_an_exception_is_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogConfig(json_lines=True))
    try:
        json.loads("{")
    except json.JSONDecodeError:
        structlog.get_logger("arsupport.anything").exception("tracking-failed")
    assert "JSONDecodeError" in json.loads(capsys.readouterr().err)["exception"]


def test_who_logs_survives_that_nobody_reads_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    logs.configure(LogConfig())
    gone.close()
    structlog.get_logger("arsupport.anything").info("into-the-void")
