"""What an administrator does at the command line, and what its user sees in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.e2e import pages
from tests.e2e.server_process import LOGIN

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.e2e.server_process import ServerProcess

CHOSEN = "eleven quiet turbines"


async def test_a_forgotten_password_and_a_colleague_who_leaves(server: ServerProcess, expert_browser: Browser) -> None:
    page = await pages.open_page(expert_browser)
    await page.goto(server.command("user", "reset-password", LOGIN).strip())
    await page.get_by_label("Password", exact=True).fill(CHOSEN)
    await page.get_by_label("Password again").fill(CHOSEN)
    await page.get_by_role("button", name="Set password").click()
    await expect(page.get_by_role("heading", name="Waiting calls")).to_be_visible()

    server.command("user", "disable", LOGIN)
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await page.get_by_label("User name").fill(LOGIN)
    await page.get_by_label("Password").fill(CHOSEN)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("wrong-password")).to_be_visible()
