"""What happens to a call when the network or the server goes away: it goes on, and the journal says what is missing.

How long it takes is measured by `python -m tests.bench.network`, not here.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.e2e import pages
from tests.link.call import linked_call
from tests.link.conditions import Conditions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.link.call import LinkedCall

NEAR = Conditions(delay=0.02)
LOST = "No connection. It comes back by itself"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def call(tmp_path: Path, film: Path, chromium_path: str) -> AsyncIterator[LinkedCall]:
    async with linked_call(tmp_path, film, chromium_path, up=NEAR, down=NEAR) as call:
        yield call


async def events(call: LinkedCall, kind: str) -> list[dict[str, Any]]:
    return await asyncio.to_thread(call.server.events, call.session, kind)


async def gaps(call: LinkedCall, what: str) -> list[dict[str, Any]]:
    """Wait for an entry about a gap of this kind, as people come back to enter it."""
    async with asyncio.timeout(pages.PATIENCE_MS / 1000):
        while not (found := [gap for gap in await events(call, "gap-noted") if gap["what"] == what]):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.2)
    return found


async def the_mark_is_there(call: LinkedCall) -> None:
    await call.expert.wait_for_function("() => window.__arsupport.marks.length > 0", timeout=pages.PATIENCE_MS)
    await expect(call.tablet.get_by_text("Close valve V3")).to_be_visible()


async def test_an_outage_is_noticed_and_the_same_connection_goes_on(call: LinkedCall) -> None:
    await pages.point_at(call.expert, call.tablet, (0.5, 0.5), "Close valve V3")
    await call.link.cut()
    await expect(call.tablet.get_by_text(LOST)).to_be_visible(timeout=pages.PATIENCE_MS)
    await expect(call.expert.get_by_text("Bo has no connection").first).to_be_visible(timeout=pages.PATIENCE_MS)
    await call.link.restore()
    await call.next_frame(time.time() * 1000)
    await expect(call.tablet.get_by_text(LOST)).to_be_hidden(timeout=pages.PATIENCE_MS)
    await the_mark_is_there(call)
    (gap,) = await gaps(call, "silent")
    assert gap["end"] > gap["start"]
    assert await events(call, "track-stopped") == []
    assert [body["reason"] for body in await events(call, "participant-disconnected")] == ["silent"]


async def test_a_media_path_that_alone_is_dead_is_replaced(call: LinkedCall) -> None:
    await call.link.set(up=Conditions(delay=0.02, no_udp=True), down=Conditions(delay=0.02, no_udp=True))
    await expect(call.tablet.get_by_text(LOST)).to_be_visible(timeout=pages.PATIENCE_MS)
    await call.tablet.wait_for_function("() => window.__peers.length > 1", timeout=pages.PATIENCE_MS)
    await call.link.set(up=NEAR, down=NEAR)
    await call.next_frame(time.time() * 1000)
    await expect(call.tablet.get_by_text(LOST)).to_be_hidden(timeout=pages.PATIENCE_MS)


async def test_a_tablet_with_another_address_comes_back_to_its_session(call: LinkedCall) -> None:
    await pages.point_at(call.expert, call.tablet, (0.5, 0.5), "Close valve V3")
    await call.link.change_client_address()
    changed = time.time() * 1000
    stopped = {"p1-1", "p1-2"}
    async with asyncio.timeout(60):
        while not stopped <= {body["track"] for body in await events(call, "track-stopped")}:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.2)
    await call.next_frame(changed + 1000)
    await the_mark_is_there(call)
    assert await gaps(call, "silent")
    assert {body["participant"] for body in await events(call, "participant-joined")} == {"p1", "p2"}


async def test_a_reload_resumes_and_another_tab_takes_over(call: LinkedCall) -> None:
    await pages.point_at(call.expert, call.tablet, (0.5, 0.5), "Close valve V3")
    await call.tablet.reload()
    await the_mark_is_there(call)
    assert await gaps(call, "page-left")

    key = await call.tablet.evaluate("() => Object.entries(sessionStorage)")
    second = await call.tablet.context.new_page()
    await second.goto(call.tablet.url)
    await second.evaluate(
        "(entries) => { for (const [name, value] of entries) sessionStorage.setItem(name, value) }", key
    )
    await second.reload()
    await expect(second.get_by_text("Close valve V3")).to_be_visible(timeout=pages.PATIENCE_MS)
    await expect(call.tablet.get_by_text("on another device")).to_be_visible(timeout=pages.PATIENCE_MS)
    await call.next_frame(time.time() * 1000)
    assert {body["participant"] for body in await events(call, "participant-joined")} == {"p1", "p2"}
