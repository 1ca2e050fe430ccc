"""What the log looks like, and that nobody dies of it."""

from __future__ import annotations

import io
import json
import sys

import pytest
import structlog

from arsupport.cli import logs
from arsupport.config import LogConfig


def test_a_line_is_an_object_with_time_level_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogConfig(json_lines=True))
    log = structlog.get_logger("arsupport.anything")
    log.info("segment-closed", track="p1-1")
    log.debug("not-to-be-seen")
    [line] = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["track"]) == ("segment-closed", "info", "p1-1")
    assert said["timestamp"].endswith("Z")


@pytest.mark.parametrize("terminal", [False, True])
def test_a_file_gets_no_colours(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    stream = Stream()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure(LogConfig())
    structlog.get_logger("arsupport.anything").info("segment-closed", track="p1-1")
    assert ("\x1b" in stream.getvalue()) == terminal


def test_an_exception_is_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogConfig(json_lines=True))
    try:
        json.loads("{")
    except json.JSONDecodeError:
        structlog.get_logger("arsupport.anything").exception("tracking-failed")
    assert "JSONDecodeError" in json.loads(capsys.readouterr().err)["exception"]


@pytest.mark.parametrize("json_lines", [False, True])
def test_no_local_variable_is_in_a_traceback(capsys: pytest.CaptureFixture[str], *, json_lines: bool) -> None:
    logs.configure(LogConfig(json_lines=json_lines))
    cookie = "not-for-logs"
    try:
        json.loads("{" + cookie[:1])
    except json.JSONDecodeError:
        structlog.get_logger("arsupport.anything").exception("request-failed")
    said = capsys.readouterr().err
    assert "JSONDecodeError" in said
    assert cookie not in said


def test_who_logs_survives_that_nobody_reads_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    logs.configure(LogConfig())
    gone.close()
    structlog.get_logger("arsupport.anything").info("into-the-void")
