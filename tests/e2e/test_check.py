"""The network check: what it says on a good path, through the relay, and where there is no way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.e2e import pages
from tests.e2e.server_process import ServerProcess, relayed_server, running
from tests.e2e.test_pages import SIZES, cut_off

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Locator, Page

    from tests.coturn import Coturn
    from tests.link.link import Link

_CHECK_MS = 60_000
_TRIES = 4


async def test_an_expert_checks_from_the_console(server: ServerProcess, expert_browser: Browser) -> None:
    page = await pages.open_page(expert_browser)
    await pages.sign_in(page, server)
    await page.get_by_role("link", name="Check the network").click()
    await _until_good(page)
    await expect(_row(page, "Direct way (UDP)")).to_contain_text("works")
    await expect(_row(page, "Relay (TURN)")).to_contain_text("not set up")
    await expect(_row(page, "From the server")).to_contain_text("Mbit/s")
    await _whole_in_every_language(page)


async def test_who_stands_at_a_machine_checks_before_the_call(server: ServerProcess, tablet_browser: Browser) -> None:
    page = await pages.open_page(tablet_browser, width=1024, height=768)
    await page.goto(f"{server.base}/m/{server.code}")
    await page.get_by_role("link", name="Check the network").click()
    await _until_good(page)
    await expect(_row(page, "To the server")).to_contain_text("Mbit/s")
    for target in (page.get_by_role("button", name="Check again"), page.get_by_role("link", name="Go on to the call")):
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 96
    await page.get_by_role("link", name="Go on to the call").click()
    await expect(page.get_by_role("button", name="Ask for help")).to_be_visible()


async def test_without_udp_it_says_what_to_ask_for_and_when_a_relay_helps(
    tmp_path: Path, plant: Link, relay: Coturn, plant_browser: Browser
) -> None:
    plant.client_ns.forbid_udp()
    page = await pages.open_page(plant_browser, width=768, height=1024)

    (tmp_path / "bare").mkdir()
    with running(ServerProcess(tmp_path / "bare", plant.server_ns)) as bare:
        await page.goto(f"{bare.base}/check/{bare.code}")
        await expect(page.get_by_text("A call is not possible from here")).to_be_visible(timeout=_CHECK_MS)
        await expect(page.get_by_text(f"between this device and {plant.server_ns.address}")).to_be_visible()
        await expect(_row(page, "Direct way (UDP)")).to_contain_text("blocked")
        await _whole_in_every_language(page)

    (tmp_path / "relayed").mkdir()
    with relayed_server(tmp_path / "relayed", plant.server_ns, relay) as relayed:
        await page.goto(f"{relayed.base}/check/{relayed.code}")
        await expect(page.get_by_text("Relayed: everything goes through the relay")).to_be_visible(timeout=_CHECK_MS)
        await expect(_row(page, "Direct way (UDP)")).to_contain_text("blocked")
        await expect(_row(page, "Relay (TURN)")).to_contain_text("works over TLS")
        await expect(page.get_by_text("A call is not possible")).not_to_be_visible()
        await _whole_in_every_language(page)


async def test_a_check_that_is_refused_says_why(server: ServerProcess, expert_browser: Browser) -> None:
    page = await pages.open_page(expert_browser)
    await page.goto(f"{server.base}/check/ZZZZZZ")
    await expect(page.get_by_text("There is no machine with this code")).to_be_visible()
    await page.goto(f"{server.base}/check")
    await page.wait_for_url("**/sign-in*")


async def _until_good(page: Page) -> None:
    """Check until the verdict is good: the machine may be busy with something else."""
    again = page.get_by_role("button", name="Check again")
    for _ in range(_TRIES):
        await expect(again).to_be_enabled(timeout=_CHECK_MS)
        if await page.get_by_text("Good. Picture, sound and marks will work.").is_visible():
            return
        await again.click()
        await expect(again).to_be_disabled()
    raise AssertionError(await page.locator("main").inner_text())


async def _whole_in_every_language(page: Page) -> None:
    for language in ("de", "zh", "en"):
        await page.get_by_role("combobox").select_option(language)
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            assert await cut_off(page) == [], f"{language} at {width}"
    assert await pages.violations(page) == []


def _row(page: Page, name: str) -> Locator:
    return page.locator("dl > div", has=page.get_by_text(name, exact=True)).locator("dd")
