"""A tablet and a fixed camera in one session: experts choose what they see, and marks stay with their camera."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from arsupport.camera import signalling
from arsupport.camera.run import run_demo_camera
from tests.e2e import pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from tests.e2e.server_process import ServerProcess

# Two tracked pictures, three pages and a rendered camera are much for a small machine.
PATIENCE_MS = 60_000

# A picture of participant ``camera`` is on the screen, with just these marks drawn on it.
_SHOWS = """([camera, marks]) => {
  const now = window.__arsupport
  return now?.lastFrame?.track.split('-')[0] === camera
    && JSON.stringify(now.drawn.map((one) => one.mark).sort()) === JSON.stringify(marks)
}"""

# From then on it is noted which mark was ever drawn on whose picture.
_OBSERVE = """() => {
  window.__drawn = new Set()
  const note = () => {
    const now = window.__arsupport
    for (const { mark } of now?.drawn ?? []) window.__drawn.add(`${now.lastFrame?.track.split('-')[0]}/${mark}`)
    requestAnimationFrame(note)
  }
  note()
}"""
_DRAWN = "() => [...window.__drawn].sort()"


@pytest.fixture
async def hall_camera(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Keep a fixed camera of the machine online; on a busy machine the server may say nothing for some seconds."""
    monkeypatch.setattr(signalling, "SILENCE_SECONDS", PATIENCE_MS / 1000)
    key = server.add_camera("Hall camera")
    agent = asyncio.create_task(
        run_demo_camera(server.base, key, server.authority, seed=3, size=(320, 180), fps=5, bit_rate=300_000)
    )
    yield
    agent.cancel()
    await asyncio.gather(agent, return_exceptions=True)


async def _shows(page: Page, camera: str, marks: list[int]) -> None:
    await page.wait_for_function(_SHOWS, arg=[camera, marks], timeout=PATIENCE_MS)


@pytest.mark.timeout(480)
@pytest.mark.usefixtures("hall_camera")
async def test_experts_choose_the_camera_and_marks_stay_with_theirs(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    await asyncio.to_thread(server.add_user, "eva", "Eva", "expert")
    ada, eva = [await pages.open_page(expert_browser) for _ in range(2)]
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    await pages.sign_in(ada, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(ada)
    for page in (ada, tablet):
        await page.evaluate(_OBSERVE)
    await pages.point_at(ada, tablet, (0.5, 0.5), "Close valve V3")
    await _shows(ada, "p1", [1])

    await ada.get_by_role("button", name="Add Hall camera").click()
    cameras = ada.get_by_role("navigation", name="Cameras")
    await expect(cameras.get_by_role("button", name="Bo")).to_have_attribute("aria-pressed", "true")
    await cameras.get_by_role("button", name="Hall camera", exact=False).first.click()
    await _shows(ada, "p3", [])
    await pages.drag(ada, (0.3, 0.3), (0.6, 0.6))
    await _shows(ada, "p3", [2])

    # The other expert and the tablet go on seeing the tablet's picture, with its own mark alone.
    await pages.sign_in(eva, server, "eva")
    await eva.get_by_role("link", name="Enter").first.click()
    await _shows(eva, "p1", [1])
    await _shows(tablet, "p1", [1])
    await eva.keyboard.press("9")
    await _shows(eva, "p3", [2])
    await ada.keyboard.press("8")
    await _shows(ada, "p1", [1])
    # A mark in the list leads to its camera.
    await ada.get_by_role("button", name="Arrow on camera Hall camera").click()
    await _shows(ada, "p3", [2])
    for page in (ada, eva):
        assert "\n".join(await pages.violations(page)) == ""

    await ada.get_by_role("button", name="Take Hall camera out of the session").click()
    await expect(ada.get_by_role("button", name="Add Hall camera")).to_be_visible()
    await _shows(ada, "p1", [1])
    await _shows(eva, "p1", [1])
    # At no moment was a mark on the other camera's picture.
    assert await ada.evaluate(_DRAWN) == ["p1/1", "p3/2"]
    # The tablet's own picture has no name while its clock is being learnt: then marks are faded on it.
    assert set(await tablet.evaluate(_DRAWN)) - {"undefined/1"} == {"p1/1"}
    session = ada.url.rsplit("/", 1)[1]
    drawn = await asyncio.to_thread(server.events, session, "mark-drawn")
    assert [mark["track"].split("-")[0] for mark in drawn] == ["p1", "p3"]


@pytest.mark.timeout(480)
async def test_an_expert_sets_the_tablets_camera_and_its_holder_takes_it_back(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    ada = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    await pages.sign_in(ada, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(ada)
    size = ada.get_by_label("Size of the picture")
    await expect(size).to_have_value("720")
    # A film has no light: what the device cannot do is not offered.
    await expect(ada.get_by_role("button", name="Light", exact=True)).to_have_count(0)

    await size.select_option("360")
    await expect(tablet.get_by_text("Ada set the size of your picture to 360 lines.")).to_be_visible()
    await expect(size).to_have_value("360")
    assert "\n".join(await pages.violations(ada)) == ""
    assert "\n".join(await pages.violations(tablet)) == ""
    await tablet.get_by_role("button", name="Undo").click()
    await expect(ada.get_by_text("The person there took it back")).to_be_visible()
    await expect(size).to_have_value("720")

    session = ada.url.rsplit("/", 1)[1]
    assert [answer["outcome"] for answer in server.events(session, "camera-answered")] == ["done", "undone"]
