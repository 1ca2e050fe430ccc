"""The server is killed in the middle of a session: nothing acknowledged is missing, and everybody is back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from playwright.async_api import expect

from tests.e2e import pages

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from arsupport.camera.truth import Truth
    from tests.e2e.server_process import ServerProcess

TIP = (0.5, 0.5)
WORST_MEDIAN_PX = 4.0
MOST_LOST_MS = 1_000


@pytest.mark.timeout(480)
async def test_a_killed_server_loses_nothing_that_was_acknowledged(
    server: ServerProcess, truth: Truth, expert_browser: Browser, tablet_browser: Browser
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=768, height=1024)
    await pages.sign_in(expert, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(expert)
    session = expert.url.rsplit("/", 1)[1]
    await pages.observe(expert)
    room = await tablet.locator(".step-card").bounding_box()
    await pages.point_at(expert, tablet, TIP, "Close valve V3")
    # The picture does not jump when an instruction comes.
    assert await tablet.locator(".step-card").bounding_box() == room
    before = await pages.seen(expert, with_marks=60)
    [drawn] = server.events(session, "mark-drawn")
    index = next(screen.index for screen in before if screen.rtp == drawn["rtp"])

    killed_at = server.kill()
    await expect(expert.get_by_text("The connection was lost")).to_be_visible()
    await expect(tablet.get_by_text("No connection")).to_be_visible()
    server.start()
    await expect(expert.get_by_text("The connection was lost")).to_be_hidden(timeout=pages.PATIENCE_MS)
    await expect(tablet.get_by_text("No connection")).to_be_hidden(timeout=pages.PATIENCE_MS)

    # The session was rebuilt: the step is still there to be answered, and the mark is on its spot in a new track.
    await pages.observe(expert)
    again = await pages.seen(expert, with_marks=30)
    errors = [_error(screen, truth, index) for screen in again if screen.marks]
    assert np.nanmedian(errors) < WORST_MEDIAN_PX
    await tablet.get_by_role("button", name="DONE").click()
    await expect(expert.get_by_text("Done").first).to_be_visible()
    await expert.get_by_role("button", name="End", exact=True).click()
    await expert.get_by_role("button", name="End for everybody").click()
    await expect(expert.get_by_text("The session has ended")).to_be_visible()

    _check_record(server, session, killed_at)


def _error(screen: pages.Screen, truth: Truth, index: int) -> float:
    true = truth.transfer(TIP[0] * 1280, TIP[1] * 720, index, screen.index)
    if true is None or not true.visible:
        return float("nan")
    mark = screen.marks[0]
    return float(np.hypot(mark["x"] * 1280 - true.x, mark["y"] * 720 - true.y))


def _check_record(server: ServerProcess, session: str, killed_at: int) -> None:
    """The journal verifies, says what happened, and the recording plays up to the kill."""
    verification = server.verified(session)
    assert verification["problems"] == []
    assert [step["text"] for step in server.events(session, "step-given")] == ["Close valve V3"]
    assert len(server.events(session, "server-restarted")) == 1
    assert len(server.events(session, "step-answered")) == 1
    segments = server.events(session, "segment-closed")
    for segment in segments:
        stored = server.data / "sessions" / session / segment["file"]
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == segment["sha256"]
    # The last one before the kill; one that had not a second in it yet is not there, and the gap says so.
    before = [segment for segment in segments if segment["content"] == "video" and segment["started_at"] < killed_at]
    last = max(before, key=lambda segment: segment["started_at"])
    gaps = [(gap["track"], gap["what"]) for gap in server.events(session, "gap-noted")]
    assert last["recovered"] or (last["track"], "nothing-recovered") in gaps
    with av.open(server.data / "sessions" / session / last["file"], "r") as container:
        seconds = max(frame.time for frame in container.decode(video=0))
    assert last["started_at"] + seconds * 1000 > killed_at - MOST_LOST_MS
