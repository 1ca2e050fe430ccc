"""Several people in one session: everybody hears everybody, and who only watches sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.e2e import pages

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from tests.e2e.server_process import ServerProcess

# Lets the test look into the page's media connections.
_SHOW_PEERS = """() => {
  const Stock = RTCPeerConnection
  window.__peers = []
  window.RTCPeerConnection = class extends Stock {
    constructor(...given) {
      super(...given)
      window.__peers.push(this)
    }
  }
}"""

# A page that was tampered with: it sends a voice on every line that should only receive.
_SEND_ANYWAY = """() => {
  const stock = RTCPeerConnection.prototype.addTransceiver
  RTCPeerConnection.prototype.addTransceiver = function (kind, options) {
    return stock.call(this, kind, kind === 'audio' ? { ...options, direction: 'sendrecv' } : options)
  }
}"""

# Lines on which sound came that was not silence.
_HEARD = """async () => {
  const report = await window.__peers.at(-1)?.getStats() ?? new Map()
  return [...report.values()].filter((entry) => entry.type === 'inbound-rtp' && entry.totalAudioEnergy > 0).length
}"""
_SENT = """async () => {
  const report = await window.__peers.at(-1).getStats()
  return [...report.values()].filter((entry) => entry.type === 'outbound-rtp').map((entry) => entry.kind)
}"""
_HEARS = f"async (voices) => (await ({_HEARD})()) === voices"


async def _visitor(browser: Browser, *scripts: str, width: int = 1280, height: int = 800) -> Page:
    page = await pages.open_page(browser, width=width, height=height)
    for script in (_SHOW_PEERS, *scripts):
        await page.add_init_script(f"({script})()")
    return page


async def _enter(page: Page, server: ServerProcess, login: str) -> None:
    """Sign in and enter the session that runs."""
    await pages.sign_in(page, server, login)
    await page.get_by_role("link", name="Enter").click()
    await page.wait_for_url("**/s/*")


@pytest.mark.long
@pytest.mark.timeout(480)
async def test_everybody_hears_everybody_and_an_observer_sends_nothing(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    server.add_user("eva", "Eva", "expert")
    server.add_user("sam", "Sam", "supervisor")
    server.add_user("udo", "Udo", "auditor")
    ada, eva, sam, udo = [await _visitor(expert_browser) for _ in range(4)]
    tablet = await _visitor(tablet_browser, width=1024, height=768)
    await pages.sign_in(ada, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(ada)
    await _enter(eva, server, "eva")
    await _enter(sam, server, "sam")
    await _enter(udo, server, "udo")

    for page, voices in ((ada, 3), (eva, 3), (sam, 3), (tablet, 3), (udo, 4)):
        await page.wait_for_function(_HEARS, arg=voices, timeout=pages.PATIENCE_MS)
    for page in (eva, sam, udo):
        await pages.wait_for_picture(page)
    assert await udo.evaluate(_SENT) == []
    assert await sam.evaluate(_SENT) == ["audio"]

    # The fake microphones beep now and then: who does is marked, on both pages.
    for page in (ada, tablet):
        await expect(page.locator(".person.speaking", has_text="Eva")).to_be_visible()
    await expect(tablet.get_by_text("Udo · only watches")).to_be_visible()
    await eva.keyboard.press("m")
    await expect(ada.get_by_title("Eva is connected, microphone off")).to_be_visible()

    # Only experts draw; an observer has nothing to write with either.
    await expect(sam.get_by_role("button", name="Arrow")).to_have_count(0)
    await expect(sam.get_by_placeholder("Message …")).to_be_visible()
    await expect(udo.get_by_placeholder("Message …")).to_have_count(0)
    for page in (ada, sam, udo, tablet):
        assert "\n".join(await pages.violations(page)) == ""

    # An expert who is not needed any more leaves, and the session goes on.
    await eva.get_by_role("button", name="End", exact=True).click()
    await eva.get_by_role("button", name="Leave", exact=True).click()
    await expect(eva.get_by_text("You have left the session")).to_be_visible()
    await expect(ada.get_by_text("Eva")).to_have_count(0)
    await pages.wait_for_picture(ada)


@pytest.mark.long
@pytest.mark.timeout(120)
async def test_an_observers_page_that_sends_all_the_same_is_refused(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    server.add_user("udo", "Udo", "auditor")
    ada = await _visitor(expert_browser)
    udo = await _visitor(expert_browser, _SEND_ANYWAY)
    tablet = await _visitor(tablet_browser, width=1024, height=768)
    await pages.sign_in(ada, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(ada)
    await _enter(udo, server, "udo")
    await expect(udo.get_by_text("not-allowed")).to_be_visible()
    session = ada.url.rsplit("/", 1)[1]
    assert {track["participant"] for track in server.events(session, "track-started")} == {"p1", "p2"}
