"""The room of the tests of rtc, once on each way through the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rtc.clients import Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(params=[True, False], ids=["fast", "plain"])
async def room(request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    room = Room(fast=request.param)
    yield room
    await room.close()
