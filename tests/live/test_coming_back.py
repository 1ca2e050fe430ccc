"""A path that dies and lives again under a participant, on a running server: what is kept, and what is entered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from arsupport.config import Config
from arsupport.errors import Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.server.signal_socket import CLOSE_SILENT
from tests.server.calls import Hall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from arsupport.selftest.visitor import Visitor


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    config = Config.model_validate(
        {
            "server": {"host": "127.0.0.1", "port": 0, "tls": False},
            "data": {"folder": tmp_path / "data", "warn_free_mb": 0, "min_free_mb": 0},
            "media": {"include_loopback": True},
        }
    )
    async with Hall(config) as hall:
        yield hall


async def connected(hall: Hall) -> tuple[Visitor, Visitor, str]:
    """Give an expert and somebody on site whose media connections stand and beat, and the latter's key."""
    expert, onsite, _, joined = await hall.paired()
    await asyncio.gather(expert.connect(video=False), onsite.connect(video=False))
    await expert.heard(e.ParticipantConnected, 2)
    await onsite.until(lambda: onsite.beats > 0, "no heartbeat came back")
    return expert, onsite, joined.key


async def fall_silent(visitor: Visitor) -> None:
    """Say nothing more, on either path."""
    assert visitor._heartbeat is not None
    visitor._heartbeat.cancel()
    await asyncio.wait([visitor._heartbeat])


async def test_a_silent_path_is_entered_and_so_is_its_return(hall: Hall) -> None:
    expert, onsite, _ = await connected(hall)
    await fall_silent(onsite)
    assert await expert.heard(e.ParticipantDisconnected) == [e.ParticipantDisconnected("p1", "silent")]
    onsite._heartbeat = asyncio.create_task(onsite._beat())
    assert (await expert.heard(e.ParticipantConnected, 3))[2].participant == "p1"
    (gap,) = await expert.heard(e.GapNoted)
    assert gap.what == "silent"
    assert gap.end - gap.start >= 1_600


async def test_a_living_media_connection_outlives_its_signalling(hall: Hall) -> None:
    expert, onsite, key = await connected(hall)
    await fall_silent(onsite)
    assert onsite._socket is not None
    await onsite._socket.close(code=CLOSE_SILENT)
    await onsite.greet(key)
    assert (await onsite.expect(s.Joined)).connected
    await onsite.command(c.Say("still here"))
    assert await expert.heard(e.Said) == [e.Said("still here")]
    assert expert._of(e.ParticipantDisconnected) == []


async def test_a_page_that_is_closed_takes_its_media_connection_along(hall: Hall) -> None:
    expert, onsite, key = await connected(hall)
    await fall_silent(onsite)
    assert onsite._socket is not None
    await onsite._socket.close()
    assert await expert.heard(e.ParticipantDisconnected) == [e.ParticipantDisconnected("p1", "signalling-closed")]
    await onsite.greet(key)
    assert not (await onsite.expect(s.Joined)).connected
    await onsite.connect(video=False)
    (gap,) = await expert.heard(e.GapNoted)
    assert gap.what == "signalling-closed"


async def test_a_page_that_goes_has_not_lost_its_connection(hall: Hall) -> None:
    expert, onsite, key = await connected(hall)
    await onsite.signal(s.Going())
    assert onsite._socket is not None
    await onsite._socket.close()
    assert await expert.heard(e.ParticipantDisconnected) == [e.ParticipantDisconnected("p1", "page-left")]
    await onsite.greet(key)
    await onsite.expect(s.Joined)
    await onsite.connect(video=False)
    (gap,) = await expert.heard(e.GapNoted)
    assert gap.what == "page-left"


async def test_leaving_for_good_is_more_than_going(hall: Hall) -> None:
    expert, onsite, _ = await connected(hall)
    await expert.signal(s.Going())
    await expert.signal(s.Leave())
    assert await onsite.heard(e.ParticipantDisconnected) == [e.ParticipantDisconnected("p2", "left")]


async def test_another_page_with_the_same_key_takes_over(hall: Hall) -> None:
    expert, onsite, key = await connected(hall)
    second = await hall.visitor()
    await second.greet(key)
    await second.expect(s.Joined)
    assert (await onsite.expect(s.Ended)).code == Code.REPLACED
    await second.connect(video=False)
    await second.command(c.Say("from here now"))
    assert await expert.heard(e.Said) == [e.Said("from here now")]
