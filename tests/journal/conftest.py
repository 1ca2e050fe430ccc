from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import msgpack
import pytest

from arsupport.journal import files, machines, sessions
from arsupport.journal.files import NewFile
from arsupport.journal.journal import Journal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from arsupport.journal.machines import Machine


def body(seq: int) -> bytes:
    encoded: bytes = msgpack.packb({"type": "marked", "number": seq, "bytes": b"\x00\xff"})
    return encoded


@dataclass
class Plant:
    """A journal with one machine, and the short cuts that the tests of this package need."""

    journal: Journal
    machine: Machine

    async def open_session(self, events: int = 0) -> str:
        session = await self.journal.write(
            lambda connection: sessions.create(connection, machine_id=self.machine.id, at_ms=1_000)
        )
        await self.journal.append(session.id, [(seq, 1_000 + seq, "marked", body(seq)) for seq in range(1, events + 1)])
        return session.id

    async def add_file(self, session_id: str, name: str, data: bytes) -> None:
        digest = self.journal.blobs.put(data)
        new = NewFile(
            name=name,
            kind="still",
            media_type="image/jpeg",
            path=self.journal.blobs.relative_path(digest),
            sha256=sha256(data).hexdigest(),
            size=len(data),
            created_at_ms=1_500,
        )
        await self.journal.write(lambda connection: files.add(connection, session_id, new))

    async def closed_session(self, events: int = 5) -> str:
        session_id = await self.open_session(events)
        await self.add_file(session_id, "still-1.jpg", b"picture of " + session_id.encode())
        await self.journal.close_session(session_id, at_ms=9_000)
        return session_id


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    journal = Journal.open(tmp_path / "data")
    machine = await journal.write(
        lambda connection: machines.create(connection, name="Press 4", site="Hall 2", at_ms=500)
    )
    yield Plant(journal, machine)
    await journal.close()
