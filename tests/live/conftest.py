"""A real journal and real storage, and clients that remember what they were told."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from arsupport.errors import ArError, Code
from arsupport.journal import events, machines, sessions
from arsupport.journal.blobs import Blobs
from arsupport.journal.database import Database
from arsupport.journal.events import Append, Entry
from arsupport.journal.journal import Journal
from arsupport.live.ledger import Ledger
from arsupport.live.plant import Plant
from arsupport.live.services import Services
from arsupport.protocol import events as e
from arsupport.protocol.codec import decode_stored, encode
from arsupport.protocol.events import Event
from arsupport.recording.thread import RecordingThread
from arsupport.session import Limits, Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    import msgspec
    from sqlalchemy import Connection

    from arsupport.journal.machines import Machine
    from arsupport.live.session import LiveSession
    from arsupport.protocol.signals import Joined

T = TypeVar("T")
PATIENCE_SECONDS = 15


async def until(holds: Callable[[], object]) -> None:
    """Wait for what other tasks and threads bring about."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - threads and other tasks set no event
            await asyncio.sleep(0.01)


class Person:
    """A signalling connection without a network."""

    def __init__(self) -> None:
        self.clock_offset_ms = 0
        self.told: list[msgspec.Struct] = []
        self.session: LiveSession | None = None
        self.participant = ""
        self.here = True

    def send(self, message: msgspec.Struct) -> None:
        self.told.append(message)

    def waits(self, call: str) -> bool:
        assert call
        return self.here

    def seated(self, session: LiveSession, joined: Joined) -> None:
        self.session, self.participant = session, joined.participant
        self.send(joined)

    def heard(self, kind: type[T]) -> list[T]:
        return [message for message in self.told if isinstance(message, kind)]


def history(ledger: Ledger) -> list[Any]:
    """Give the bodies of all events."""
    return [decode_stored(stored, Event).body for stored in ledger.stored]


async def history_in(journal: Journal, session: str) -> list[Any]:
    rows = await journal.read(lambda connection: list(events.read(connection, session)))
    return [decode_stored(row.body, Event).body for row in rows]


@asynccontextmanager
async def full_disk(journal: Journal) -> AsyncIterator[None]:
    """Let the database not grow, and what room there is in its pages be used up."""
    pages = await journal.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
    await journal.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one())
    machine = await _any_machine(journal)
    filler = await journal.write(lambda c: sessions.create(c, machine_id=machine.id, at_ms=1)) if machine else None
    seq = 0
    for size in (2000, 200, 20, 1):
        full = filler is None
        while not full:
            try:
                await journal.append(filler.id if filler else "", [(seq + 1, 1, "filler", bytes(size))])
                seq += 1
            except ArError as error:
                assert error.code is Code.DISK_FULL  # noqa: PT017 - the only way to know that it is full now
                full = True
    yield
    await journal.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000").scalar_one())


async def _any_machine(journal: Journal) -> Machine | None:
    return next(iter(await journal.read(machines.list_all)), None)


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables once: they are the same for every test."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    Database.open(folder).close()
    return folder


@pytest.fixture
async def journal(tmp_path: Path, empty_data: Path) -> AsyncIterator[Journal]:
    shutil.copytree(empty_data, tmp_path / "data")
    journal = Journal.open(tmp_path / "data")
    yield journal
    await journal.close()


@pytest.fixture
async def machine(journal: Journal) -> Machine:
    return await journal.write(lambda c: machines.create(c, name="Press 4", site="Hall 2", at_ms=1, tag=4))


@pytest.fixture
async def services(journal: Journal) -> AsyncIterator[Services]:
    thread = RecordingThread()
    yield Services(
        journal=journal,
        blobs=Blobs(journal.folder),
        recording=thread,
        folder=journal.folder,
        issue_key=lambda session, participant: f"{session}/{participant}",
        limits=Limits(),
        max_sessions=3,
        max_calls=3,
        segment_seconds=10,
        min_free_bytes=0,
        warn_free_bytes=0,
        picture_bytes=2_000_000,
        picture_pixels=4_000_000,
        abandoned_seconds=600,
        deserted_seconds=30,
        ice_servers=(),
        include_loopback=True,
        fast_path=True,
    )
    thread.stop()


@pytest.fixture
async def plant(services: Services) -> AsyncIterator[Plant]:
    plant = Plant(services)
    yield plant
    await plant.close()


async def begun_session(journal: Journal, machine: Machine, bodies: Sequence[e.EventBody] = ()) -> tuple[str, Session]:
    """Open a session in the journal, with these events after the first."""

    def create(connection: Connection) -> tuple[str, list[Event]]:
        row = sessions.create(connection, machine_id=machine.id, at_ms=1)
        opened = e.SessionOpened(row.id, machine.id, machine.name, machine.site, "eva")
        made = [Event(seq, 1, e.SERVER, 0, body) for seq, body in enumerate([opened, *bodies], 1)]
        entries = [Entry(it.seq, it.at, str(it.body.__struct_config__.tag), encode(it)) for it in made]
        assert events.append(connection, [Append(row.id, entries)]) == [None]
        return row.id, made

    session_id, made = await journal.write(create)
    return session_id, Session.replay(made)


@pytest.fixture
async def ledger(journal: Journal, machine: Machine) -> AsyncIterator[Ledger]:
    """Give the ledger of a session with an expert (p1) in it."""
    joined = e.ParticipantJoined("p1", e.Role.EXPERT, "Eva", "eva", consent=True)
    session_id, session = await begun_session(journal, machine, [joined])
    stored = await journal.read(lambda c: [row.body for row in events.read(c, session_id)])
    ledger = Ledger(journal, session_id, session, stored)
    yield ledger
    await ledger.close()
