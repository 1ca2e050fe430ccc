"""Real browsers against a real server process: a tablet whose camera is a film of the rendered plant, and an expert."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

from arsupport.camera.film import write_film
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.truth import Truth
from tests.e2e.flags import FLAGS
from tests.e2e.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from playwright.async_api import Browser

FILM = CameraSettings(seed=7, size=(1280, 720), fps=30, period=8.0, liveliness=0.6)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film of the plant that a browser takes as its camera; it repeats after ``FILM.period`` seconds."""
    path = tmp_path_factory.mktemp("film") / "plant.mjpeg"
    write_film(path, FILM)
    return path


@pytest.fixture(scope="session")
def truth() -> Truth:
    """Return where everything in the film is."""
    return Truth(VirtualCamera(FILM))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Return a running server with one machine and an administrator, in a process of its own."""
    process = ServerProcess(tmp_path)
    process.start()
    yield process
    process.stop()


@pytest.fixture
async def expert_browser(chromium_path: str) -> AsyncIterator[Browser]:
    """Return a browser with a fake microphone."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def tablet_browser(chromium_path: str, film: Path) -> AsyncIterator[Browser]:
    """Return a browser whose camera shows the film."""
    async with async_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={film}"]
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        await browser.close()


@pytest.fixture
async def plain_browser(chromium_path: str) -> AsyncIterator[Browser]:
    """Return a browser without a camera."""
    async with async_playwright() as playwright:
        flags = [flag for flag in FLAGS if not flag.startswith("--use-fake")]
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        await browser.close()
