"""The first call, end to end: a tablet, an expert, a mark, an answer, a log, a replay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.async_api import expect

from tests.e2e import pages

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from arsupport.camera.truth import Truth
    from tests.e2e.pages import Screen
    from tests.e2e.server_process import ServerProcess

WIDTH, HEIGHT = 1280, 720
TIP = (0.5, 0.5)
# Frames to be compared, of so many at the most: a busy machine shows live not every frame, and not every one sharp.
COMPARED, REPLAYED = 4, 150
# Of a mark against the truth: tracker, encoder and drawing together.
WORST_MEDIAN_PX = 4.0


@pytest.mark.timeout(480)
async def test_a_call_from_the_label_to_the_replay(
    server: ServerProcess, truth: Truth, expert_browser: Browser, tablet_browser: Browser
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)

    await pages.sign_in(expert, server)
    await pages.ask_for_help(tablet, server)
    await expect(expert.get_by_text("Press 4711").first).to_be_visible()
    await pages.admit(expert)

    await _look_at_the_keys(expert)
    await _look_at_the_network(expert, tablet)
    await pages.observe(expert)
    await pages.observe(tablet)
    await pages.point_at(expert, tablet, TIP, "Close valve V3")
    assert "\n".join(await pages.violations(expert)) == ""
    assert await pages.violations(tablet) == []

    seen = await pages.seen(expert, with_marks=60)
    session = expert.url.rsplit("/", 1)[1]
    [drawn], [given] = server.events(session, "mark-drawn"), server.events(session, "step-given")
    assert given["mark"] == drawn["mark"]
    index = next(screen.index for screen in seen if screen.rtp == drawn["rtp"])
    assert np.median(_errors(seen, truth, index)) < WORST_MEDIAN_PX
    assert np.median(_errors(await pages.seen(tablet, with_marks=60), truth, index)) < WORST_MEDIAN_PX

    await tablet.get_by_role("button", name="DONE").click()
    await expect(expert.get_by_text("Done").first).to_be_visible()
    live = await pages.seen(expert)

    await tablet.get_by_role("button", name="End", exact=True).click()
    await tablet.get_by_role("button", name="Really end?").click()
    await expect(tablet.get_by_text("The session has ended")).to_be_visible()
    await expect(expert.get_by_text("The session has ended")).to_be_visible()

    await _find_in_history(expert, server, session)
    await _check_replay(expert, server, session, live)


async def _look_at_the_keys(page: Page) -> None:
    """Mute, talk while Space is held, and open the help: Escape closes it."""
    heard, muted = (page.get_by_role("button", name=f"Microphone {state}") for state in ("on", "muted"))
    await expect(heard).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("m")
    await expect(muted).to_have_attribute("aria-pressed", "false")
    await page.keyboard.down(" ")
    await expect(heard).to_be_visible()
    await page.keyboard.up(" ")
    await expect(muted).to_be_visible()
    await page.keyboard.press("m")
    await expect(heard).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def _look_at_the_network(expert: Page, tablet: Page) -> None:
    """Both ways are judged in words; the numbers are those of this call."""
    await expect(tablet.get_by_text(re.compile("Connection (good|poor|bad)"))).to_be_visible()
    await expert.get_by_role("button", name=re.compile("^Connection: ")).click()
    dialog = expert.get_by_role("dialog", name="Connection")
    await expect(dialog.get_by_role("heading", name="From Bo to the server")).to_be_visible()
    await expect(dialog.get_by_text(re.compile("^(Good|Poor|Bad)$")).first).to_be_visible()
    await dialog.get_by_text("Show the numbers").click()
    await expect(dialog.get_by_role("row", name=re.compile("Picture .* per second"))).to_be_visible()
    await expect(dialog.get_by_role("row", name=re.compile("Sent [1-9][0-9,]* kbit")).last).to_be_visible()
    assert await pages.violations(expert) == []
    await expert.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def _find_in_history(page: Page, server: ServerProcess, session: str) -> None:
    await page.goto(f"{server.base}/machines/{server.machine}")
    await expect(page.get_by_role("heading", name="Press 4711")).to_be_visible()
    await expect(page.locator(f'a[href*="{session}"]').first).to_be_visible()
    await expect(page.get_by_role("img").first).to_be_visible()


async def _check_replay(page: Page, server: ServerProcess, session: str, live: list[Screen]) -> None:
    """Step through the recording: each frame shows the same picture with the same mark as it did live."""
    await page.goto(f"{server.base}/s/{session}/replay")
    await expect(page.get_by_text("Verified", exact=True)).to_be_visible()
    # A moment after the end, when the session is closed, without loading the page again.
    await expect(page.get_by_role("button", name="Download bundle")).to_be_visible()
    assert await pages.violations(page) == []
    # The mark is there as soon as it is drawn, held or faded, as the live page showed it.
    await page.get_by_text("drew mark 1").click()
    await page.wait_for_function("() => window.__arsupport?.drawn.length === 1", timeout=pages.PATIENCE_MS)
    await page.get_by_text("answered step 1").click()
    known = {screen.rtp: screen for screen in live if screen.marks}
    compared = 0
    for _ in range(REPLAYED):
        await page.keyboard.press(",")
        shown = await pages.replayed(page)
        before = known.get(shown.rtp) if shown is not None else None
        if shown is not None and before is not None:
            compared += 1
            assert shown.index == before.index
            assert shown.marks[0]["x"] == pytest.approx(before.marks[0]["x"])
            assert shown.marks[0]["y"] == pytest.approx(before.marks[0]["y"])
        if compared == COMPARED:
            return
    assert compared > 0


def _errors(seen: list[Screen], truth: Truth, index: int) -> list[float]:
    """Give the first mark's distance, in pixels, from the spot that it was drawn on, in each frame that shows it."""
    spot = (TIP[0] * WIDTH, TIP[1] * HEIGHT)
    errors = []
    for screen in seen:
        true = truth.transfer(*spot, index, screen.index)
        if screen.marks and true is not None and true.visible:
            mark = screen.marks[0]
            errors.append(float(np.hypot(mark["x"] * WIDTH - true.x, mark["y"] * HEIGHT - true.y)))
    assert len(errors) >= len([screen for screen in seen if screen.marks]) // 2
    return errors
