# ruff: noqa: INP001, S603 - run from the checkout by `make pictures`; what it starts has no foreign input
"""Takes the pictures of the documentation: a real call between two browsers, about the rendered plant.

`make pictures` runs it. It needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import asyncio
import base64
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import av
import numpy as np
from av.filter import Graph
from playwright.async_api import async_playwright, expect

from arsupport.camera.film import write_film
from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.truth import Truth
from arsupport.certificates import folder as certificates
from tests.e2e import pages
from tests.e2e.conftest import FLAGS
from tests.e2e.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Page

FOLDER: Final = Path(__file__).parent
PDFJS: Final = FOLDER.parents[1] / "web" / "node_modules" / "pdfjs-dist" / "build"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
# So little movement that a spot can be aimed at without knowing the frame, which the stamp would tell.
FILM: Final = CameraSettings(seed=7, size=(1280, 720), fps=30, period=4.0, liveliness=0.4, stamp=False)
FRAMES_WITH_MARKS: Final = 60
SEEK_SECONDS: Final = 0.5

Place = tuple[float, float]


class Plant:
    """Where things are in the film, on average, in parts of the picture's width and height."""

    def __init__(self) -> None:
        self._truth = Truth(VirtualCamera(FILM))

    def near(self, spot: str, right: float = 0.0, down: float = 0.0) -> Place:
        """Give a place so far from a spot."""
        sightings = [self._truth.project(spot, index) for index in range(FILM.frames)]
        width, height = FILM.size
        x, y = np.mean([(sighting.x / width, sighting.y / height) for sighting in sightings], axis=0)
        return float(x) + right, float(y) + down


async def take(folder: Path) -> None:
    """Hold a call, and photograph what both sides see."""
    film = folder / "plant.mjpeg"
    write_film(film, FILM)
    server = ServerProcess(folder)
    server.start()
    try:
        server.call("/api/machines", {"name": "Press 4712", "site": "Hall 2"})
        server.call("/api/machines", {"name": "Packing line 3", "site": "Hall 5"})
        with _fixed_camera(server):
            await _hold_call(server, film)
    finally:
        server.stop()


@contextmanager
def _fixed_camera(server: ServerProcess) -> Iterator[None]:
    """Connect a camera that can be called."""
    arsupport = [sys.executable, "-m", "arsupport"]
    key = server.folder / "camera.key"
    config = server.folder / "arsupport.toml"
    add = ["machine", "add-camera", server.code, "--name", "Hall camera", "--key-file", str(key)]
    subprocess.run([*arsupport, *add, "--config", str(config)], check=True, stdout=subprocess.DEVNULL)
    authority = certificates.Files(server.folder / "certs").authority
    show = ["camera", "--demo", "--server", server.base, "--key-file", str(key), "--ca", str(authority)]
    with subprocess.Popen([*arsupport, *show], stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


async def _hold_call(server: ServerProcess, film: Path) -> None:
    chromium = next(path for name in BROWSERS if (path := shutil.which(name)) is not None)
    async with async_playwright() as playwright:
        camera = f"--use-file-for-fake-video-capture={film}"
        experts = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tablets = await playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, camera])
        expert = await pages.open_page(experts)
        tablet = await pages.open_page(tablets, width=1024, height=768)

        await pages.sign_in(expert, server)
        await pages.ask_for_help(tablet, server)
        await pages.admit(expert)
        session = expert.url.rsplit("/", 1)[1]
        await _help(expert, tablet)
        await _save(tablet, "tablet")
        await _save(expert, "session")

        await tablet.get_by_role("button", name="DONE").click()
        await expect(expert.get_by_text("Done").nth(1)).to_be_visible()
        await tablet.get_by_role("button", name="End", exact=True).click()
        await tablet.get_by_role("button", name="Really end?").click()
        await expect(expert.get_by_text("The session has ended")).to_be_visible()
        await _replay(expert, server, session)
        await _save(expert, "replay")
        async with expert.expect_download() as saving:
            await expert.get_by_role("button", name="Report (PDF)").click()
        path = await (await saving.value).path()
        await _show_pages(expert, await asyncio.to_thread(path.read_bytes), 2)
        await _save(expert, "report")

        await expert.goto(server.base)
        await tablet.get_by_role("button", name="Ask again").click()
        await tablet.get_by_label("Your name").fill("Bo")
        await tablet.get_by_label("What is wrong?", exact=False).fill("Pressure falls again, V3 is stuck")
        await tablet.get_by_label("I agree", exact=False).check()
        await tablet.get_by_role("button", name="Ask for help").click()
        await expect(expert.get_by_text("0:07")).to_be_visible(timeout=20_000)
        await _save(expert, "console")
        await experts.close()
        await tablets.close()


async def _help(expert: Page, tablet: Page) -> None:
    """Give two instructions, each about a mark; the first one is answered."""
    plant = Plant()
    await expert.keyboard.press("o")
    await pages.drag(expert, plant.near("gauge-1"), plant.near("gauge-1", right=0.05))
    await _instruct(expert, tablet, "Read PI 01 to me")
    await tablet.get_by_role("button", name="DONE").click()
    await expect(expert.get_by_text("Done").first).to_be_visible()
    await expert.get_by_placeholder(re.compile("Message")).fill("Thank you, that is too low.")
    await expert.keyboard.press("Enter")
    await expert.keyboard.press("Escape")

    await expert.keyboard.press("a")
    await pages.drag(expert, plant.near("valve-V3", 0.06, -0.19), plant.near("valve-V3", 0.012, -0.03))
    await _instruct(expert, tablet, "Close V3, a quarter turn")
    await expect(expert.get_by_text("Held").nth(1)).to_be_visible()
    for page in (expert, tablet):
        await page.wait_for_function("(count) => window.__arsupport.matched >= count", arg=FRAMES_WITH_MARKS)


async def _instruct(expert: Page, tablet: Page, words: str) -> None:
    await expert.get_by_placeholder(re.compile("Instruction")).fill(words)
    await expert.keyboard.press("Enter")
    await expect(tablet.get_by_text(words)).to_be_visible()
    await expert.keyboard.press("Escape")


async def _replay(page: Page, server: ServerProcess, session: str) -> None:
    """Stop the replay a second after the last instruction, on a frame in which both marks were followed."""
    await page.goto(f"{server.base}/s/{session}/replay")
    await expect(page.get_by_text("Verified", exact=True)).to_be_visible()
    await page.get_by_text("Close V3").click()
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function("() => window.__arsupport != null")
    while await page.evaluate("() => window.__arsupport?.marks.length !== 2"):
        await page.keyboard.press(".")
        await asyncio.sleep(SEEK_SECONDS)


async def _show_pages(page: Page, pdf: bytes, count: int) -> None:
    """Show the first pages of a PDF, side by side, in a browser window of their size."""
    await page.goto("about:blank")
    for script in ("pdf.worker.min.mjs", "pdf.min.mjs"):
        await page.add_script_tag(path=PDFJS / script, type="module")
    await page.wait_for_function("() => globalThis.pdfjsLib && globalThis.pdfjsWorker")
    await page.evaluate(
        """async ([data, count]) => {
          const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0))
          const pdf = await globalThis.pdfjsLib.getDocument({ data: bytes }).promise
          document.body.style = 'margin: 0; display: flex; gap: 8px; background: #777'
          for (let number = 1; number <= count; number++) {
            const page = await pdf.getPage(number)
            const viewport = page.getViewport({ scale: 636 / page.getViewport({ scale: 1 }).width })
            const canvas = document.createElement('canvas')
            Object.assign(canvas, { width: viewport.width, height: viewport.height })
            await page.render({ canvas, viewport }).promise
            document.body.append(canvas)
          }
        }""",
        [base64.b64encode(pdf).decode(), count],
    )
    await page.set_viewport_size({"width": 1280, "height": 900})


async def _save(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)
    path = FOLDER / f"{name}.png"
    path.write_bytes(await page.screenshot())
    _shrink(path)
    print(f"{path.relative_to(Path.cwd())}  {path.stat().st_size // 1000} kB")  # noqa: T201 - what the command tells


def _shrink(path: Path) -> None:
    """Reduce a PNG to 256 colours: the pictures are kept in the repository."""
    with av.open(path) as source:
        frame = next(source.decode(video=0))
    graph = Graph()
    start = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1))
    split, palette, use, end = (
        graph.add("split"),
        graph.add("palettegen", "stats_mode=single"),
        graph.add("paletteuse", "dither=none"),
        graph.add("buffersink"),
    )
    start.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(palette, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(end)
    graph.configure()
    graph.push(frame)
    graph.push(None)
    encoder = av.CodecContext.create("png", "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt, encoder.time_base = "pal8", Fraction(1, 1)
    encoder.options = {"compression_level": "9", "pred": "none"}
    path.write_bytes(b"".join(bytes(packet) for packet in encoder.encode(graph.vpull())))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(take(Path(scratch)))
