"""What the command line may name, and what a log may say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arsupport.camera.source import Kind, read_source
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path


def test_an_rtsp_address_is_kept_and_only_its_host_is_shown() -> None:
    text = "rtsp://admin:p%40ss@192.168.1.20:554/user=admin_password=p@ss?channel=1&secret=x"
    source = read_source(text)
    assert (source.kind, source.address, source.live) == (Kind.RTSP, text, True)
    assert source.name == "rtsp://192.168.1.20:554"
    assert "ss" not in repr(source)


def test_a_file_is_opened_as_a_file_whatever_its_name(tmp_path: Path) -> None:
    film = tmp_path / "concat:film.mp4"
    film.touch()
    source = read_source(str(film))
    assert (source.kind, source.address, source.name, source.live) == (Kind.FILE, f"file:{film}", film.name, False)


@pytest.mark.parametrize(
    "text",
    [
        "http://10.0.0.1/video",
        "udp://239.0.0.1:5000",
        "tcp://10.0.0.1:80",
        "concat:/etc/passwd|/etc/shadow",
        "file:///etc/passwd",
        "rtsp://",
        "rtsp://admin:secret@/stream",
        "rtsp://admin:secret@host:port/stream",
        "/dev/video99",
        "/dev/null",
        "missing.mp4",
        ".",
        "",
    ],
)
def test_everything_else_is_refused_without_repeating_a_password(text: str) -> None:
    with pytest.raises(ArError) as refused:
        read_source(text)
    assert refused.value.code is Code.BAD_CONFIG
    assert "secret" not in refused.value.detail
