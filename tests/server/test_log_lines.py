"""Whoever reads the log of a plant with many calls wants to know which one a line is about."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from structlog.testing import capture_logs

from arsupport.config import Config
from tests.server.calls import Hall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, MutableMapping


@pytest.fixture
async def hall(config: Config) -> AsyncIterator[Hall]:
    changed = {
        "server": {"host": "127.0.0.1", "port": 0, "tls": False},
        "media": {"include_loopback": True},
    }
    async with Hall(Config.model_validate({**config.model_dump(exclude=set(changed)), **changed})) as hall:
        yield hall


async def line(
    lines: list[MutableMapping[str, Any]], holds: Callable[[MutableMapping[str, Any]], bool]
) -> MutableMapping[str, Any]:
    async with asyncio.timeout(20):
        while not any(map(holds, lines)):  # noqa: ASYNC110 - the log sets no event
            await asyncio.sleep(0.02)
    return next(filter(holds, lines))


async def test_what_a_connection_says_names_session_and_participant(hall: Hall) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        expert, onsite, session, joined = await hall.paired()
        publisher = await hall.publish(onsite)
        await expert.connect(video=True)
        await expert.until(lambda: bool(expert.slots), "no track was assigned")
        # Something for the sockets: a channel that nobody knows, opened by the expert.
        assert expert._peer is not None
        expert._peer.createDataChannel("unknown")
        channel = await line(lines, lambda it: it["event"] == "unknown data channel closed")
        # Something for the live side: bytes that are no message.
        expert._control.send(b"\xc1")
        message = await line(lines, lambda it: it["event"] == "bad-message")
        await publisher.close()
    assert (channel["session"], channel["participant"]) == (session, "p2")
    assert (message["session"], message["participant"]) == (session, "p2")
    assert joined.participant == "p1"
