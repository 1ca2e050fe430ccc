"""Real browsers against a real server process: a tablet whose camera is a film of the rendered plant, and an expert."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

from arsupport.camera.film import write_film
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.truth import Truth
from tests.coturn import coturn
from tests.e2e.flags import FLAGS
from tests.e2e.server_process import ServerProcess
from tests.link.link import Link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from playwright.async_api import Browser

    from tests.coturn import Coturn

# The relay's certificate is our own authority's, which real devices were told to trust.
TRUST = ["--ignore-certificate-errors"]

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


@pytest.fixture
async def plant() -> AsyncIterator[Link]:
    """Return a link from a plant's network (the client's side) to the office where the server is."""
    async with Link() as link:
        yield link


@pytest.fixture
def relay(plant: Link, tmp_path: Path) -> Iterator[Coturn]:
    """Return coturn on the server's side, listening on port 443."""
    with coturn(tmp_path, plant.server_ns.address, 443, namespace=plant.server_ns) as running:
        yield running


@pytest.fixture
async def plant_browser(chromium_path: str, film: Path, plant: Link, tmp_path: Path) -> AsyncIterator[Browser]:
    """Return a browser in the plant's network, whose camera shows the film."""
    async with async_playwright() as playwright:
        program = plant.client_ns.launcher(tmp_path, chromium_path)
        flags = [*FLAGS, *TRUST, f"--use-file-for-fake-video-capture={film}"]
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        await browser.close()


@pytest.fixture
async def office_browser(chromium_path: str, plant: Link, tmp_path: Path) -> AsyncIterator[Browser]:
    """Return the expert's browser, on the server's side of the link."""
    async with async_playwright() as playwright:
        program = plant.server_ns.launcher(tmp_path, chromium_path)
        browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, *TRUST])
        yield browser
        await browser.close()
