"""Photos, documents and drawings between two real pages: whole, stored, and over a connection that breaks."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from playwright.async_api import expect
from pypdf import PdfReader

from tests.e2e import pages

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from tests.e2e.server_process import ServerProcess

FULL = (1280, 720)
YELLOW = (255, 214, 10)

# A page as an office program writes it: text in a font that is not in the file.
_TEXT = b"BT /F1 48 Tf 72 600 Td (Valve V3) Tj ET"
PDF = b"".join(
    [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n",
        b"4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R",
        b"/Resources<</Font<</F1 6 0 R>>>>>>endobj\n",
        b"5 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(_TEXT), _TEXT),
        b"6 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
        b"trailer<</Root 1 0 R>>\n",
    ]
)

# Closes the connection once so many bytes of a picture have gone out, and counts what goes out on each.
_BREAK = """(limit) => {
  window.__sent = []
  const Peer = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Peer {
    createDataChannel(label, options) {
      const channel = super.createDataChannel(label, options)
      if (label !== 'frames') return channel
      const number = window.__sent.push(0) - 1
      const send = channel.send.bind(channel)
      channel.send = (data) => {
        send(data)
        if (data.byteLength < 500) return
        window.__sent[number] += data.byteLength
        if (number === 0 && window.__sent[0] > limit) {
          // As when the path is gone: nobody is told, and nothing more arrives.
          this.close()
          channel.dispatchEvent(new Event('close'))
        }
      }
      return channel
    }
  }
}"""


async def call(server: ServerProcess, expert: Page, tablet: Page) -> str:
    await pages.sign_in(expert, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(expert)
    return expert.url.rsplit("/", 1)[1]


async def pixels(page: Page, selector: str) -> np.ndarray[Any, Any]:
    """Return the picture in an ``img``, (height, width, 3), red first."""
    shown = await page.wait_for_function(
        "(selector) => { const image = document.querySelector(selector);"
        " return image?.complete && image.naturalWidth > 0 && image }",
        arg=selector,
        timeout=pages.PATIENCE_MS,
    )
    data = await shown.evaluate(
        """async (image) => {
          const canvas = Object.assign(document.createElement('canvas'), {
            width: image.naturalWidth, height: image.naturalHeight })
          canvas.getContext('2d').drawImage(image, 0, 0)
          const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
          return Array.from(new Uint8Array(await blob.arrayBuffer()))
        }"""
    )
    decoded = cv2.imdecode(np.array(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert decoded is not None
    return np.asarray(decoded)


def stored(server: ServerProcess, picture: dict[str, Any]) -> bytes:
    digest = str(picture["sha256"])
    data = (server.data / "blobs" / digest[:2] / digest[2:4] / digest).read_bytes()
    assert hashlib.sha256(data).hexdigest() == digest
    return data


@pytest.mark.timeout(480)
async def test_a_photo_is_asked_for_drawn_on_and_shown(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser, tmp_path: Path
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    complaints: list[str] = []
    expert.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    session = await call(server, expert, tablet)

    # One key: the tablet takes the photo, and the expert sees it in full resolution.
    await expert.keyboard.press("s")
    await expect(tablet.get_by_text("The expert has your photo")).to_be_visible(timeout=3 * pages.PATIENCE_MS)
    await expert.get_by_role("button", name="Open Photo 1").click()
    await expect(expert.get_by_text("1280 × 720")).to_be_visible()
    [photo] = server.events(session, "picture-kept")
    assert (photo["width"], photo["height"], photo["purpose"], photo["request"]) == (*FULL, "photo", 1)
    height, width = (await pixels(expert, ".thumb img")).shape[:2]
    assert (width, height) == FULL

    # Drawn on, it comes back to the tablet with its mark.
    await expert.keyboard.press("a")
    await expect(expert.locator(".picture-canvas canvas")).to_be_visible()
    assert await pages.violations(expert) == []
    await draw(expert, (0.3, 0.3), (0.6, 0.6))
    await expert.get_by_role("button", name="Show with marks").click()
    await expect(tablet.get_by_role("button", name="Close")).to_be_visible(timeout=pages.PATIENCE_MS)
    annotated = await pixels(tablet, ".picture-view img")
    assert annotated.shape[:2] == FULL[::-1]
    assert np.abs(annotated[324, 576].astype(int) - YELLOW).max() < 60  # on the arrow's shaft
    assert await pages.violations(tablet) == []
    await expect(expert.get_by_text("Seen on the tablet").first).to_be_attached()
    await tablet.get_by_role("button", name="Close").click()
    await expect(tablet.locator(".picture-view")).to_be_hidden()

    await show_a_page(expert, tablet, tmp_path)
    assert complaints == []
    await look_something_up(expert)
    await tablet.get_by_role("button", name="End", exact=True).click()
    await tablet.get_by_role("button", name="Really end?").click()
    await expect(expert.get_by_text("The session has ended")).to_be_visible()
    await check_record(server, session, expert)


async def look_something_up(page: Page) -> None:
    """Go to the console and come back."""
    await page.get_by_role("link", name="Back to the console").click()
    await page.get_by_role("link", name="Enter").click()
    await pages.wait_for_picture(page)


async def show_a_page(expert: Page, tablet: Page, folder: Path) -> None:
    """Choose the second page of a manual, and see it on the tablet."""
    manual = folder / "manual.pdf"
    manual.write_bytes(PDF)
    await expert.get_by_label("Show an image or a PDF page on the tablet").last.set_input_files(manual)
    await expect(expert.get_by_text("of 2")).to_be_visible(timeout=pages.PATIENCE_MS)
    await expert.get_by_role("button", name="Next page").click()
    await expert.get_by_role("button", name="Show this page on the tablet").click()
    await expect(tablet.get_by_text("manual.pdf, page 2")).to_be_visible(timeout=pages.PATIENCE_MS)
    page = await pixels(tablet, ".picture-view img")
    assert page.shape[0] == 2400
    where = page[round(2400 * 200 / 842) : round(2400 * 245 / 842)]
    assert where.min() < 60  # letters
    assert np.median(where) > 240  # on white paper
    await tablet.get_by_role("button", name="Close").click()


async def draw(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw on the open picture, from one place to another in parts of its width and height."""
    box = await page.locator(".picture-canvas canvas").bounding_box()
    assert box is not None
    ratio = min(box["width"] / 16, box["height"] / 9)
    left = box["x"] + (box["width"] - 16 * ratio) / 2
    top = box["y"] + (box["height"] - 9 * ratio) / 2
    await page.mouse.move(left + start[0] * 16 * ratio, top + start[1] * 9 * ratio)
    await page.mouse.down()
    await page.mouse.move(left + end[0] * 16 * ratio, top + end[1] * 9 * ratio, steps=3)
    await page.mouse.up()


async def check_record(server: ServerProcess, session: str, page: Page) -> None:
    """Original, annotated copy and page are stored; the replay's list and the machine's history have them."""
    assert server.verified(session)["problems"] == []
    # Who looked something up had not lost the connection.
    assert "page-left" in [gone["reason"] for gone in server.events(session, "participant-disconnected")]
    kept = server.events(session, "picture-kept")
    assert [picture["purpose"] for picture in kept] == ["photo", "annotated", "shared"]
    for picture in kept:
        assert len(stored(server, picture)) == picture["bytes"]
    assert list((server.data / "incoming").iterdir()) == []
    await page.goto(f"{server.base}/s/{session}/replay")
    for words in ("asked for a photo", "took photo 1", "drew on picture 1", "shared picture 3: manual.pdf, page 2"):
        await expect(page.get_by_text(words)).to_be_visible()
    for opener in (page.get_by_text("took photo 1"), page.locator(".tick.opens").first):
        await opener.click()
        assert (await pixels(page, "dialog img")).shape[:2] == FULL[::-1]
        assert await pages.violations(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await save_report_and_bundle(page, server, session)
    await page.goto(f"{server.base}/machines/{server.machine}")
    await expect(page.get_by_role("heading", name="Pictures")).to_be_visible()
    await expect(page.get_by_role("img", name="manual.pdf, page 2")).to_be_visible()


async def save_report_and_bundle(page: Page, server: ServerProcess, session: str) -> None:
    """Also when that takes a new connection, to a server whose certificate was let through by hand."""
    server.kill()
    server.start()
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Download bundle").click()
    saved = await saving.value
    assert saved.suggested_filename == f"arsupport-{session}.zip"
    assert zipfile.ZipFile(await saved.path()).testzip() is None
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Report (PDF)").click()
    saved = await saving.value
    assert saved.suggested_filename == f"arsupport-{session}.pdf"
    assert "Photo 1, taken by" in " ".join(page.extract_text() for page in PdfReader(await saved.path()).pages)


@pytest.mark.timeout(180)
async def test_a_photo_goes_on_where_it_was_when_the_connection_broke(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=768, height=1024)
    await tablet.add_init_script(f"({_BREAK})(300_000)")
    session = await call(server, expert, tablet)
    await tablet.get_by_role("button", name="Photo", exact=True).click()
    await expect(tablet.get_by_text("The expert has your photo")).to_be_visible(timeout=3 * pages.PATIENCE_MS)
    [photo] = server.events(session, "picture-kept")
    assert cv2.imdecode(np.frombuffer(stored(server, photo), np.uint8), cv2.IMREAD_COLOR) is not None
    first, *others = await tablet.evaluate("() => window.__sent")
    assert first > 300_000
    assert others
    # What was on the way when the connection broke is sent again, and no more.
    assert sum(others) < photo["bytes"] - 200_000
    await expect(expert.get_by_role("button", name="Open Photo 1")).to_be_visible(timeout=pages.PATIENCE_MS)


@pytest.mark.timeout(180)
async def test_a_photo_is_sent_anew_to_a_server_that_was_killed(
    server: ServerProcess, expert_browser: Browser, tablet_browser: Browser
) -> None:
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=768, height=1024)
    session = await call(server, expert, tablet)
    await tablet.get_by_role("button", name="Photo", exact=True).click()
    await tablet.wait_for_function("() => Number(document.querySelector('.photo-notice progress')?.value) > 0")
    server.kill()
    server.start()
    assert list((server.data / "incoming").iterdir()) == []
    await expect(tablet.get_by_text("The expert has your photo")).to_be_visible(timeout=3 * pages.PATIENCE_MS)
    [photo] = server.events(session, "picture-kept")
    stored(server, photo)
