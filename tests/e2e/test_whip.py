"""A browser that pushes its camera by WHIP, with a client that is not ours, into an expert's page."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.async_api import expect

from tests.e2e import pages

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from arsupport.camera.truth import Truth
    from tests.e2e.pages import Screen
    from tests.e2e.server_process import ServerProcess

CLIENT = Path(__file__).parents[2] / "web" / "node_modules" / "whip-whep" / "whip.js"
PUSH = """async ({ url, key }) => {
  const { WHIPClient } = await import('/assets/whip.js')
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } })
  for (const track of stream.getTracks()) connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
  window.client = new WHIPClient()
  await window.client.publish(connection, url, key)
}"""
TIP = (0.5, 0.5)
WIDTH, HEIGHT = 1280, 720
WORST_MEDIAN_PX = 4.0


def enrolled_key(server: ServerProcess) -> str:
    """Let a camera come to the server's machine; give its key."""
    enrolment = server.call("/api/enrolments", {"machine": server.machine, "name": "Hall camera"})
    assert isinstance(enrolment, dict)
    key = secrets.token_urlsafe(32)
    server.call("/api/enrolments/redeem", {"token": enrolment["token"], "key": key})
    return key


def errors(seen: list[Screen], truth: Truth, index: int) -> list[float]:
    """Give the mark's distance, in pixels, from the spot that it was drawn on, in each frame that shows it."""
    found = []
    for screen in (screen for screen in seen if screen.marks):
        true = truth.transfer(TIP[0] * WIDTH, TIP[1] * HEIGHT, index, screen.index)
        if true is not None and true.visible:
            mark = screen.marks[0]
            found.append(float(np.hypot(mark["x"] * WIDTH - true.x, mark["y"] * HEIGHT - true.y)))
    assert len(found) >= 10
    return found


@pytest.mark.timeout(480)
async def test_a_browser_pushes_and_the_experts_mark_is_there_again_after_a_restart(
    server: ServerProcess, truth: Truth, expert_browser: Browser, tablet_browser: Browser
) -> None:
    key = enrolled_key(server)
    expert = await pages.open_page(expert_browser)
    camera = await pages.open_page(tablet_browser)
    await pages.sign_in(expert, server)

    # The client's code comes from the page's own origin, as the server's Content-Security-Policy wants it.
    await camera.route("**/assets/whip.js", lambda route: route.fulfill(path=CLIENT, content_type="text/javascript"))
    await camera.goto(f"{server.base}/sign-in")
    target = {"url": f"{server.base}/whip/{server.code}", "key": key}
    await camera.evaluate(PUSH, target)

    await expect(expert.get_by_text("Hall camera")).to_be_visible()
    await expert.get_by_role("button", name="Call camera").click()
    await expert.wait_for_url("**/s/*")
    await pages.wait_for_picture(expert)
    await pages.observe(expert)
    await expert.keyboard.press("a")
    await pages.drag(expert, (TIP[0] - 0.08, TIP[1] - 0.10), TIP)
    await expect(expert.get_by_text("Held").first).to_be_visible()
    seen = await pages.seen(expert, with_marks=30)

    session = expert.url.rsplit("/", 1)[1]
    [drawn] = server.events(session, "mark-drawn")
    index = next(screen.index for screen in seen if screen.rtp == drawn["rtp"])
    assert np.median(errors(seen, truth, index)) < WORST_MEDIAN_PX
    started = server.events(session, "track-started")
    assert [track["kind"] for track in started if track["participant"] == "p1"] == ["video"]  # and no sound

    await camera.evaluate("() => window.client.stop()")
    async with asyncio.timeout(20):
        while not server.events(session, "participant-disconnected"):  # noqa: ASYNC110 - another process's journal
            await asyncio.sleep(0.1)

    # The server is killed, and the camera pushes again: the mark is on its spot in a new track.
    server.kill()
    await expect(expert.get_by_text("The connection was lost")).to_be_visible()
    server.start()
    await expect(expert.get_by_text("The connection was lost")).to_be_hidden(timeout=pages.PATIENCE_MS)
    await camera.evaluate(PUSH, target)
    await pages.observe(expert)
    again = await pages.seen(expert, with_marks=30)
    assert len(server.events(session, "track-started")) > len(started)
    assert np.median(errors(again, truth, index)) < WORST_MEDIAN_PX
