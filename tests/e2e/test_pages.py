"""Every page in every language: accessible, nothing cut off, nothing that the content security policy refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e import pages

if TYPE_CHECKING:
    from playwright.async_api import Browser, ConsoleMessage, Page

    from tests.e2e.server_process import ServerProcess

SIZES = [(1280, 800), (1024, 768), (768, 1024)]


@pytest.fixture
async def signed_in(server: ServerProcess, expert_browser: Browser) -> Page:
    page = await pages.open_page(expert_browser)
    await pages.sign_in(page, server)
    return page


@pytest.mark.parametrize("language", ["en", "de", "zh"])
async def test_pages_are_accessible_and_whole(server: ServerProcess, signed_in: Page, language: str) -> None:
    page = signed_in
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if _is_refusal(message) else None)
    for path in (
        "/",
        f"/machines/{server.machine}",
        "/sign-in",
        "/m",
        f"/m/{server.code}",
        "/setup#x",
        "/new-password#x",
    ):
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            await page.goto("about:blank")
            await page.goto(server.base + path)
            await page.locator("h1, h2").first.wait_for()
            await page.evaluate("(code) => localStorage.setItem('arsupport.language', code)", language)
            await page.reload()
            await page.locator("h1, h2").first.wait_for()
            assert await cut_off(page) == [], f"{path} at {width}"
        assert await pages.violations(page) == [], path
    assert refused == []


def _is_refusal(message: ConsoleMessage) -> bool:
    return "Content Security Policy" in message.text


async def cut_off(page: Page) -> list[str]:
    """Return texts that do not fit into their boxes, and the page itself when it scrolls sideways."""
    found: list[str] = await page.evaluate(
        """() => {
          const wide = document.documentElement
          const cut = wide.scrollWidth > wide.clientWidth ? ['the page'] : []
          for (const one of document.querySelectorAll('button, h1, h2, label, a, p')) {
            if (one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1) cut.push(one.textContent)
          }
          return cut
        }"""
    )
    return found
