"""Chromium with the very module that the tablet's page loads, and films for it to see."""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from aiohttp import web
from playwright.async_api import async_playwright

import arsupport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from playwright.async_api import Page

    from tests.bench.tracking.sequence import Sequence

STATIC: Final = Path(arsupport.__file__).parent / "server" / "static"
PAGE: Final = Path(__file__).with_name("page.js")
GRAY: Final = 128
# What a server must send for clocks that are finer than a tenth of a millisecond.
ISOLATED: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


class Screening:
    """A film that the page takes frame by frame."""

    def __init__(self) -> None:
        self._frames: Iterator[bytes] = iter(())

    def load(self, sequence: Sequence) -> tuple[int, int]:
        """Put a film in; give its width and height, which are even."""
        width, height = (edge - edge % 2 for edge in sequence.size)
        chroma = np.full(width * height // 2, GRAY, np.uint8).tobytes()
        self._frames = (frame.luma[:height, :width].tobytes() + chroma for frame in sequence.frames())
        return width, height

    async def next(self, _request: web.Request) -> web.Response:
        """Answer with the next frame as I420, or with nothing."""
        return web.Response(body=next(self._frames, b""))


def chromium() -> str:
    """The browser's path."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise FileNotFoundError("Chromium is missing. Type: make .venv/.chromium")
    return found


def module() -> str:
    """The address of the module, which the tablet's page must name."""
    [path] = STATIC.glob("assets/motion-*.js")
    if path.name not in (STATIC / "tablet.html").read_text():
        raise FileNotFoundError(f"{path.name} is not what the tablet's page loads. Type: make build")
    return f"/assets/{path.name}"


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Page, Screening]]:
    """Give a page that has `run` of page.js, and what it gets to see."""
    screening = Screening()
    app = web.Application()
    app.router.add_get("/", _blank)
    app.router.add_get("/page.js", _script)
    app.router.add_get("/next", screening.next)
    app.router.add_static("/assets", STATIC / "assets")
    app.on_response_prepare.append(_isolate)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        yield page, screening
        await browser.close()
    await runner.cleanup()


async def show(page: Page, options: dict[str, Any]) -> dict[str, Any]:
    """Let the page see the film that was loaded."""
    found: dict[str, Any] = await page.evaluate(
        "async (options) => (await import('/page.js')).run(options)", {"module": module(), **options}
    )
    return found


async def _blank(_request: web.Request) -> web.Response:
    return web.Response(text="<!doctype html>", content_type="text/html")


async def _script(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE)


async def _isolate(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(ISOLATED)
