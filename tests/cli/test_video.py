from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import av

from arsupport.journal import audit
from arsupport.journal.database import Database
from tests.video.recorded import FRAMES, Take, record

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

DATA = Path("data")


def test_a_film_is_written_once_and_entered_in_the_audit_trail(run: Run) -> None:
    session = asyncio.run(record(DATA, [Take("t1", "p1")]))
    status, out, err = run("video", session, "-o", "film.mp4")
    assert (status, out) == (0, f"film.mp4: 1 s, {FRAMES} pictures\n")
    assert err.endswith("100 %\n")
    with av.open("film.mp4") as film:
        assert film.streams.video[0].codec_context.name == "h264"
    assert run("video", session, "-o", "film.mp4")[0] == 2
    database = Database.open(DATA)
    with database.read() as connection:
        noted = [(entry.type, entry.deed.subject, entry.deed.detail) for entry in audit.read(connection)]
    database.close()
    assert noted[-1] == ("video-exported", session, "film.mp4")


def test_an_unknown_session_is_named(run: Run) -> None:
    asyncio.run(record(DATA, [Take("t1", "p1")]))
    status, _, err = run("video", "0123456789abcdef")
    assert status == 2
    assert err.startswith("error: ")
    assert not Path("0123456789abcdef.mp4").exists()
