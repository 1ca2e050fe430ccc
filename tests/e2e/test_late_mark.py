"""A mark whose message is two seconds under way while the camera moves, frame by frame, live and in the replay."""

from __future__ import annotations

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

WIDTH, HEIGHT = 1280, 720
TIP = (0.5, 0.5)
WATCHED, REPLAYED, MOST_STEPS = 60, 12, 60
WORST_MEDIAN_PX, WRONG_PX = 4.0, 20.0
# What the page sends on its channel for marks waits on its way.
_DELAY = """() => {
  const send = RTCDataChannel.prototype.send
  RTCDataChannel.prototype.send = function (data) {
    if (this.label !== 'control') return send.call(this, data)
    setTimeout(() => send.call(this, data), 2000)
  }
}"""


@pytest.mark.long
@pytest.mark.timeout(480)
async def test_a_mark_that_comes_late_is_on_its_spot_in_every_frame(
    server: ServerProcess, truth: Truth, expert_browser: Browser, tablet_browser: Browser
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    await pages.sign_in(expert, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(expert)
    await pages.observe(expert)
    await expert.evaluate(_DELAY)
    await expert.keyboard.press("a")
    await pages.drag(expert, (TIP[0] - 0.08, TIP[1] - 0.1), TIP)
    seen = await pages.seen(expert, with_marks=WATCHED)

    session = expert.url.rsplit("/", 1)[1]
    [drawn] = server.events(session, "mark-drawn")
    index = next(screen.index for screen in seen if screen.rtp == drawn["rtp"])
    first = min((screen.rtp - drawn["rtp"]) % 2**32 for screen in seen if screen.marks)
    assert first > 1.5 * 90_000
    _check([screen for screen in seen if screen.marks], truth, index, WATCHED // 2)

    await tablet.get_by_role("button", name="End", exact=True).click()
    await tablet.get_by_role("button", name="Really end?").click()
    await expect(expert.get_by_text("The session has ended")).to_be_visible()
    await expert.goto(f"{server.base}/s/{session}/replay")
    await expect(expert.get_by_text("Verified", exact=True)).to_be_visible()
    await expert.get_by_text("drew mark 1").click()
    replayed = []
    # Positions begin a little after the mark was entered: as soon as its frames were decoded.
    for _ in range(MOST_STEPS):
        await expert.keyboard.press(".")
        shown = await pages.replayed(expert)
        if shown is not None and shown.marks:
            replayed.append(shown)
        if len(replayed) == REPLAYED:
            break
    _check(replayed, truth, index, 1)


def _check(seen: list[Screen], truth: Truth, index: int, at_least: int) -> None:
    """In no frame is the mark on another spot than the one that it was drawn on."""
    errors = []
    for screen in seen:
        true = truth.transfer(TIP[0] * WIDTH, TIP[1] * HEIGHT, index, screen.index)
        mark = screen.marks[0]
        if mark["state"] in (1, 2) and true is not None and true.visible:
            errors.append(float(np.hypot(mark["x"] * WIDTH - true.x, mark["y"] * HEIGHT - true.y)))
    assert len(errors) >= at_least
    assert np.median(errors) < WORST_MEDIAN_PX
    assert max(errors) < WRONG_PX
