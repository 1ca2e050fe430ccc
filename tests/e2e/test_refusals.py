"""What people see when something cannot be: in words, with a code, and with a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.e2e import pages

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.e2e.server_process import ServerProcess


async def test_an_unknown_machine(server: ServerProcess, expert_browser: Browser) -> None:
    tablet = await pages.open_page(expert_browser)
    await tablet.goto(f"{server.base}/m/ZZZZZZ")
    await expect(tablet.get_by_text("There is no machine with this code")).to_be_visible()
    await expect(tablet.get_by_text("unknown-machine")).to_be_visible()


async def test_an_invitation_that_is_none(server: ServerProcess, expert_browser: Browser) -> None:
    tablet = await pages.open_page(expert_browser)
    await tablet.goto(f"{server.base}/m/{server.code}#i=nonsense")
    await expect(tablet.get_by_text("not-found")).to_be_visible()


async def test_an_invitation_works_once(server: ServerProcess, tablet_browser: Browser) -> None:
    invitation = server.call("/api/invitations", {"machine": server.machine})
    assert isinstance(invitation, dict)
    first = await pages.open_page(tablet_browser)
    await first.goto(invitation["link"])
    await expect(first.get_by_role("heading", name="Press 4711")).to_be_visible()
    second = await pages.open_page(tablet_browser)
    await second.goto(invitation["link"])
    await expect(second.get_by_text("link-used")).to_be_visible()


async def test_a_camera_that_is_refused(server: ServerProcess, plain_browser: Browser) -> None:
    tablet = await pages.open_page(plain_browser)
    await tablet.goto(f"{server.base}/m/{server.code}")
    await expect(
        tablet.get_by_text("The camera is blocked for this page").or_(tablet.get_by_text("This device has no camera"))
    ).to_be_visible()
    await expect(tablet.get_by_role("button", name="Ask for help")).to_be_disabled()


async def test_a_wrong_password(server: ServerProcess, expert_browser: Browser) -> None:
    page = await pages.open_page(expert_browser)
    await page.goto(f"{server.base}/sign-in")
    await page.get_by_label("User name").fill("ada")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("wrong-password")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/machines/x", "/s/x", "/s/x/replay"])
async def test_who_is_not_signed_in_is_asked_to(server: ServerProcess, expert_browser: Browser, path: str) -> None:
    page = await pages.open_page(expert_browser)
    await page.goto(server.base + path)
    await expect(page.get_by_text("Sign in").first).to_be_visible()
