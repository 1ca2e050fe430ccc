"""The room of the tests of rtc."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rtc.clients import Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    yield room
    await room.close()
