"""A mark that is kept in one session is where it was in the next, and once it is retired, in none."""

from __future__ import annotations

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
TIP, OTHER = (0.24, 0.62), (0.7, 0.4)
NAME, REASON = "Operator panel", "Reads too low since May"
WORST_MEDIAN_PX = 4.0


@pytest.mark.timeout(480)
async def test_a_kept_mark_comes_back_until_it_is_retired(
    server: ServerProcess, truth: Truth, expert_browser: Browser, tablet_browser: Browser
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    await pages.sign_in(expert, server)

    drawn, index = await _keep(expert, tablet, server)
    await _find_again(expert, tablet, server, truth, index)
    await _look_for_none(expert, tablet, server)

    assert server.verified(drawn)["ok"]
    await expert.goto(f"{server.base}/machines/{server.machine}")
    await expect(expert.get_by_text(NAME, exact=True)).to_be_visible()
    await expect(expert.get_by_role("img", name=f"Picture of the kept mark “{NAME}”")).to_be_visible()
    await expert.get_by_text("History: 3 entries").click()
    for words in ("Seen again", "Retired by Ada", "It was repaired"):
        await expect(expert.get_by_text(words)).to_be_visible()
    assert await pages.violations(expert) == []


async def _keep(expert: Page, tablet: Page, server: ServerProcess) -> tuple[str, int]:
    """Draw a mark and keep it; give the session, and the film's frame that was drawn on."""
    session = await _begin(expert, tablet, server)
    await pages.observe(expert)
    await pages.point_at(expert, tablet, TIP, "Look at the panel")
    seen = await pages.seen(expert, with_marks=10)
    [mark] = server.events(session, "mark-drawn")
    index = next(screen.index for screen in seen if screen.rtp == mark["rtp"])
    await expert.get_by_role("button", name="Keep “Arrow” with the machine").click()
    await expert.get_by_role("textbox", name="Name").fill(NAME)
    await expert.get_by_role("textbox", name="Reason").fill(REASON)
    assert await pages.violations(expert) == []
    await expert.get_by_role("button", name="Keep", exact=True).click()
    await expect(expert.get_by_text(REASON)).to_be_visible()
    assert await pages.violations(expert) == []
    await _end(expert, tablet)
    return session, index


async def _find_again(expert: Page, tablet: Page, server: ServerProcess, truth: Truth, index: int) -> None:
    """In the next session it is looked for, found in the same place, and retired."""
    session = await _begin(expert, tablet, server)
    await pages.observe(expert)
    await pages.observe(tablet)
    kept = expert.get_by_role("listitem").filter(has_text=REASON)
    await expect(kept.get_by_text("Held", exact=True)).to_be_visible()
    for page in (expert, tablet):
        assert np.median(_errors(await pages.seen(page, with_marks=10), truth, index)) < WORST_MEDIAN_PX
    [found] = server.events(session, "mark-found")
    assert found["mark"] == 1
    # One number per mark, on every page: not that of its instruction, which is the session's first.
    await pages.point_at(expert, tablet, OTHER, "Look here, too")
    await expect(tablet.locator(".step-card .number")).to_have_text("2")
    row = expert.get_by_role("listitem").filter(has_text="Look here, too")
    await expect(row.locator(".number")).to_have_text("2")
    assert [step["mark"] for step in server.events(session, "step-given")] == [2]
    await kept.get_by_role("button", name=f"Retire “{NAME}”").click()
    await expert.get_by_role("textbox", name="Why is it not valid any more?").fill("It was repaired")
    await expert.get_by_role("dialog").get_by_role("button", name="Retire").click()
    await expect(kept).to_have_count(0)
    await _end(expert, tablet)
    # The pictures that it was recognised by are part of this session's record, too.
    verification = server.verified(session)
    assert verification["ok"]


async def _look_for_none(expert: Page, tablet: Page, server: ServerProcess) -> None:
    session = await _begin(expert, tablet, server)
    await expect(expert.get_by_text("Nothing yet.")).to_be_visible()
    await _end(expert, tablet)
    assert server.verified(session)["ok"]
    assert server.events(session, "mark-expected") == []


async def _begin(expert: Page, tablet: Page, server: ServerProcess) -> str:
    await expert.goto(server.base)
    await pages.ask_for_help(tablet, server)
    await pages.admit(expert)
    return expert.url.rsplit("/", 1)[1]


async def _end(expert: Page, tablet: Page) -> None:
    await tablet.get_by_role("button", name="End", exact=True).click()
    await tablet.get_by_role("button", name="Really end?").click()
    await expect(tablet.get_by_text("The session has ended")).to_be_visible()
    await expect(expert.get_by_text("The session has ended")).to_be_visible()


def _errors(seen: list[Screen], truth: Truth, index: int) -> list[float]:
    """Give how far, in pixels, the mark is from the spot that it was drawn on in an earlier session."""
    errors = []
    for screen in seen:
        true = truth.transfer(TIP[0] * WIDTH, TIP[1] * HEIGHT, index, screen.index)
        if screen.marks and true is not None and true.visible:
            mark = screen.marks[0]
            errors.append(float(np.hypot(mark["x"] * WIDTH - true.x, mark["y"] * HEIGHT - true.y)))
    return errors
