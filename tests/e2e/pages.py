"""The two people's hands and eyes: what they click, and what is on their screens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from tests.e2e.server_process import LOGIN, PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from tests.e2e.server_process import ServerProcess

# A machine that is busy with other work takes its time; how long is measured, not tested.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
_AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

# Reads the stamp (camera/stamp.py) in a picture that lies in a canvas, letterboxed to 16:9; null when there is none.
STAMP = """(canvas) => {
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const ratio = Math.min(canvas.width / 16, canvas.height / 9)
  const left = (canvas.width - 16 * ratio) / 2, top = (canvas.height - 9 * ratio) / 2
  const c = 16 * ratio / 80, half = Math.max(1, Math.round(c / 4))
  const level = (k, r) => {
    const x = Math.round(left + (k + 1) * c), y = Math.round(top + (r + 1) * c)
    const data = context.getImageData(x - half, y - half, 2 * half, 2 * half).data
    let sum = 0
    for (let i = 0; i < data.length; i += 4) sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]
    return sum / (data.length / 4)
  }
  const levels = []
  for (let r = 0; r < 2; r++) for (let k = 0; k < 12; k++) levels.push(level(k, r))
  const white = levels[0], black = levels[1], middle = (white + black) / 2
  if (white - black < 60) return null
  const bits = levels.map((value) => (value > middle ? 1 : 0))
  let crc = 63
  for (const bit of bits.slice(2, 18)) {
    const first = (crc >> 5) ^ bit
    crc = (crc << 1) & 63
    if (first) crc ^= 3
  }
  const number = (some) => some.reduce((value, bit) => value * 2 + bit, 0)
  return crc === number(bits.slice(18)) ? number(bits.slice(2, 18)) : null
}"""

# The live pages draw picture and marks on one canvas.
SCREEN = f"""() => {{
  const tally = window.__arsupport
  const canvas = document.querySelector('canvas')
  if (!tally?.lastFrame || !canvas) return null
  const index = ({STAMP})(canvas)
  return index === null ? null : {{ index, rtp: tally.lastFrame.rtp, marks: tally.marks }}
}}"""

# Where the picture is in the window: left, top, width, height.
PICTURE_BOX = """() => {
  const { left, top, width, height } = document.querySelector('canvas').getBoundingClientRect()
  const ratio = Math.min(width / 16, height / 9)
  return [left + (width - 16 * ratio) / 2, top + (height - 9 * ratio) / 2, 16 * ratio, 9 * ratio]
}"""

# The replay draws marks over a video that it seeks. The page hears of a new frame a little after the video shows it, so
# what is seen counts once it has stood for some screen refreshes.
_REPLAY = f"""() => {{
  const shown = window.__arsupport
  const video = document.querySelector('video')
  if (!shown || !video || video.seeking || video.readyState < 2) return null
  const name = `${{video.currentTime}}/${{shown.rtp}}`
  window.__stood = window.__stood?.name === name ? {{ name, times: window.__stood.times + 1 }} : {{ name, times: 0 }}
  if (window.__stood.times < 15) return null
  const canvas = Object.assign(document.createElement('canvas'), {{ width: 1280, height: 720 }})
  canvas.getContext('2d').drawImage(video, 0, 0, 1280, 720)
  return {{ index: ({STAMP})(canvas), rtp: shown.rtp, marks: shown.marks }}
}}"""

# From then on every frame that is shown is noted, the first time that it is shown with so many marks.
OBSERVE = f"""() => {{
  const look = {SCREEN}
  window.__seen = new Map()
  const note = () => {{
    const now = look()
    if (now) window.__seen.set(`${{now.rtp}}/${{now.marks.length}}`, structuredClone(now))
    requestAnimationFrame(note)
  }}
  note()
}}"""
_SEEN_WITH_MARKS = "(count) => [...window.__seen.values()].filter((now) => now.marks.length > 0).length >= count"


@dataclass(frozen=True)
class Screen:
    """A frame on a page: the film's frame ``index`` by its pixels, the RTP timestamp that the page calls it by, and
    where its marks are, in parts of the picture."""

    index: int
    rtp: int
    marks: list[dict[str, float]]


async def open_page(browser: Browser, *, width: int = 1280, height: int = 800) -> Page:
    """Open an empty page of a visitor who has never been there."""
    context = await browser.new_context(
        ignore_https_errors=True, viewport={"width": width, "height": height}, locale="en-GB"
    )
    return await context.new_page()


async def sign_in(page: Page, server: ServerProcess, login: str = LOGIN) -> None:
    """Sign in, as the expert unless somebody else is named, and end at the console."""
    await page.goto(f"{server.base}/sign-in")
    await page.get_by_label("User name").fill(login)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Open sessions")).to_be_visible()


async def ask_for_help(page: Page, server: ServerProcess) -> None:
    """Open the machine's link on the tablet, and call."""
    await page.goto(f"{server.base}/m/{server.code}")
    await page.get_by_label("Your name").fill("Bo")
    await page.get_by_label("I agree", exact=False).check()
    await page.get_by_role("button", name="Ask for help").click()
    await expect(page.get_by_text("Calling. Please wait")).to_be_visible()


async def admit(page: Page) -> None:
    """Take the waiting call, and end on the session's page with a live picture."""
    await page.get_by_role("button", name="Admit").click()
    await page.wait_for_url("**/s/*")
    await wait_for_picture(page)


async def wait_for_picture(page: Page) -> None:
    """Wait until frames come whose names are known."""
    await page.wait_for_function("() => window.__arsupport?.lastFrame != null", timeout=PATIENCE_MS)


async def point_at(expert: Page, tablet: Page, tip: tuple[float, float], instruction: str) -> None:
    """Draw an arrow whose tip is at a place of the picture, with an instruction that arrives on the tablet.

    The instruction is given at once, while the arrow may be on its way.
    """
    await expert.keyboard.press("a")
    await drag(expert, (tip[0] - 0.08, tip[1] - 0.10), tip)
    await expert.get_by_placeholder(re.compile("Instruction")).fill(instruction)
    await expert.keyboard.press("Enter")
    await expect(expert.get_by_text("Held").first).to_be_visible()
    await expect(tablet.get_by_text(instruction)).to_be_visible()


async def observe(page: Page) -> None:
    """Note every frame that the page shows from now on."""
    await page.evaluate(OBSERVE)


async def seen(page: Page, *, with_marks: int = 0) -> list[Screen]:
    """Return what was noted, once there are so many frames with marks among it."""
    await page.wait_for_function(_SEEN_WITH_MARKS, arg=with_marks, timeout=PATIENCE_MS)
    noted: list[dict[str, Any]] = await page.evaluate("() => [...window.__seen.values()]")
    return [Screen(**screen) for screen in noted]


async def replayed(page: Page) -> Screen | None:
    """Return what a paused replay shows; None when the picture is too coarse to tell which frame it is."""
    await page.evaluate("() => { window.__stood = null }")
    shown = await page.wait_for_function(_REPLAY, timeout=PATIENCE_MS)
    screen: dict[str, Any] = await shown.json_value()
    return None if screen["index"] is None else Screen(**screen)


async def violations(page: Page) -> list[str]:
    """Return what axe finds inaccessible on a page."""
    # Through the debugger, which the content security policy does not bind.
    await page.evaluate(_AXE.read_text())
    found: list[str] = await page.evaluate(
        """async () => (await axe.run()).violations.flatMap(
          (rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`))"""
    )
    return found


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw from one place of the picture to another; both in parts of its width and height."""
    left, top, width, height = await page.evaluate(PICTURE_BOX)
    await page.mouse.move(left + start[0] * width, top + start[1] * height)
    await page.mouse.down()
    await page.mouse.move(left + end[0] * width, top + end[1] * height, steps=3)
    await page.mouse.up()
