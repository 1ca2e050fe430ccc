"""Lines that take no video: pictures go out and come in in its place, with marks on them, and both sides are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.e2e import pages

TIP = (0.5, 0.5)

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from tests.e2e.server_process import ServerProcess


# Frames that were shown with marks on them for longer than any frame of a video, one after the other.
_PICTURES = """async (count) => {
  const stood = new Set()
  let [shown, since] = ['', 0]
  while (stood.size < count) {
    const { lastFrame, marks } = window.__arsupport
    const now = marks.length > 0 ? `${lastFrame.track}/${lastFrame.rtp}` : ''
    if (now !== shown) [shown, since] = [now, performance.now()]
    else if (now !== '' && performance.now() - since > 700) stood.add(now)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return [...stood]
}"""

_OTHER_PICTURE = """(rtp) => {
  const shown = window.__arsupport
  return shown && shown.rtp !== rtp && shown
}"""


@pytest.mark.long
@pytest.mark.timeout(480)
async def test_the_tablet_sends_pictures_and_the_expert_takes_pictures(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    await pages.sign_in(expert, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(expert)
    await pages.point_at(expert, tablet, TIP, "Close valve V3")
    session = expert.url.rsplit("/", 1)[1]

    await _choose(expert, pictures=True)
    await expect(expert.get_by_text("PICTURES in place of video:")).to_be_visible()
    seen = await expert.evaluate(_PICTURES, 4)
    [drawn] = server.events(session, "mark-drawn")
    assert {name.split("/")[0] for name in seen} == {drawn["track"]}
    await expect(expert.get_by_text("Positions of marks are not current")).not_to_be_visible()
    assert await pages.violations(expert) == []
    await _choose(expert, pictures=False)
    await expect(expert.get_by_text("LIVE", exact=True)).to_be_visible()
    await pages.wait_for_picture(expert)

    await tablet.get_by_role("button", name="Sends video").click()
    await expect(tablet.get_by_text("too weak for video")).to_be_visible()
    await expect(expert.get_by_text("PICTURES in place of video:")).to_be_visible()
    await expert.wait_for_function(
        "(track) => !window.__arsupport.lastFrame.track.startsWith(track)", arg=drawn["track"]
    )
    [*_, pictured] = await expert.evaluate(_PICTURES, 4)
    track = pictured.split("/")[0]
    [codec] = [it["codec"] for it in server.events(session, "track-started") if it["track"] == track]
    assert codec == "JPEG"
    assert track in {name.split("/")[0] for name in await tablet.evaluate(_PICTURES, 2)}
    assert len([it for it in server.events(session, "still-kept") if it["track"] == track and it["mark"] == 0]) >= 4
    assert await pages.violations(tablet) == []
    await tablet.get_by_role("button", name="Sends pictures only").click()
    await expect(expert.get_by_text("LIVE", exact=True)).to_be_visible()
    await tablet.get_by_role("button", name="End", exact=True).click()
    await tablet.get_by_role("button", name="Really end?").click()
    await expect(expert.get_by_text("The session has ended")).to_be_visible()
    await _check_replay(expert, server, session, pictured)


async def _check_replay(page: Page, server: ServerProcess, session: str, pictured: str) -> None:
    """Step through the single pictures up to the one that was seen with a mark: it has it here, too."""
    assert server.verified(session)["problems"] == []
    await page.goto(f"{server.base}/s/{session}/replay")
    await page.get_by_text("has a line that is too thin").last.click()
    while not await page.get_by_text("Single pictures in place of video").is_visible():
        await page.keyboard.press("ArrowRight")
    shown: dict[str, Any] = {"track": "", "rtp": -1}
    while f"{shown['track']}/{shown['rtp']}" != pictured:
        await page.keyboard.press(".")
        found = await page.wait_for_function(_OTHER_PICTURE, arg=shown["rtp"])
        shown = await found.json_value()
    assert [mark["mark"] for mark in shown["marks"]] == [1]
    assert await pages.violations(page) == []


async def _choose(page: Page, *, pictures: bool) -> None:
    """Switch single pictures on or off, as the expert does."""
    await page.get_by_role("button", name="Connection").click()
    await page.get_by_label("Single pictures in place of video").click()
    await expect(page.get_by_label("Single pictures in place of video")).to_be_checked(checked=pictures)
    await page.keyboard.press("Escape")
