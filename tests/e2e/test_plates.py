"""A tablet at the wrong machine: what its camera sees of the machine's label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from arsupport.camera.scene import PLATE_TAG
from tests.e2e import pages

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.e2e.server_process import ServerProcess


async def test_the_label_of_another_machine_is_a_warning_on_both_pages(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    server.call("/api/machines", {"name": "Cabinet 3", "site": "Hall 5", "tag": PLATE_TAG})
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    await pages.sign_in(expert, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(expert)

    warning = "label of “Cabinet 3” (Hall 5). This session is about “Press 4711”"
    await expect(expert.get_by_role("alert").filter(has_text=warning)).to_be_visible(timeout=pages.PATIENCE_MS)
    told = tablet.get_by_role("alert").filter(has_text="the label of “Cabinet 3”. The session is about “Press 4711”")
    await expect(told).to_be_visible()
    assert await pages.violations(expert) == []
    assert await pages.violations(tablet) == []
    [entered] = server.events(expert.url.rsplit("/", 1)[1], "plate-seen")
    assert (entered["tag"], entered["machine_name"]) == (PLATE_TAG, "Cabinet 3")

    await expert.get_by_role("button", name="It is all right …").click()
    await expert.get_by_role("button", name="The neighbouring machine was in view").click()
    assert await pages.violations(expert) == []
    await expert.get_by_role("button", name="Take away").click()
    for page in (expert, tablet):
        await expect(page.get_by_role("alert").filter(has_text="Cabinet 3")).to_have_count(0)
    [dismissed] = server.events(expert.url.rsplit("/", 1)[1], "plate-dismissed")
    assert dismissed["reason"] == "The neighbouring machine was in view"
