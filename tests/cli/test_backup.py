from __future__ import annotations

import asyncio
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arsupport.journal import machines, sessions
from arsupport.journal.blobs import Blobs
from arsupport.journal.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    Run = Callable[..., tuple[int, str, str]]

DATA, COPY = Path("data"), Path("copy")


def open_session(connection: Connection) -> str:
    machine = machines.create(connection, name="Press 4", site="Hall 2", at_ms=1)
    return sessions.create(connection, machine_id=machine.id, at_ms=2).id


async def hold_session(journal: Journal) -> None:
    session_id = await journal.write(open_session)
    await journal.append(session_id, [(seq, 10 + seq, "said", b"\x80") for seq in (1, 2, 3)])
    await journal.close_session(session_id, at_ms=20)


@pytest.fixture
def journal(run: Run) -> Journal:
    """Return a journal with one closed session, in the folder where `run` runs."""
    del run  # it has changed the folder
    return Journal.open(DATA)


def put_back() -> None:
    shutil.rmtree(DATA)
    COPY.rename(DATA)


async def test_a_copy_made_beside_a_running_server_is_whole_and_takes_its_place(run: Run, journal: Journal) -> None:
    await hold_session(journal)
    Blobs(DATA).put(b"a still")
    assert await asyncio.to_thread(run, "backup", "copy") == (0, "copy: up to date; 2 files were copied\n", "")
    await hold_session(journal)
    Blobs(DATA).put(b"another")
    assert (await asyncio.to_thread(run, "backup", "copy"))[1] == "copy: up to date; 2 files were copied\n"
    await journal.close()
    put_back()
    status, out, _ = await asyncio.to_thread(run, "verify")
    assert (status, out) == (0, "verified: every session and the audit trail are as they were written\n")
    assert Blobs(DATA).read(Blobs(DATA).put(b"a still")) == b"a still"
    assert stat.S_IMODE((DATA / "keys" / "journal.pem").stat().st_mode) == 0o600
    again = await asyncio.to_thread(Journal.open, DATA)
    assert len(await again.read(lambda connection: sessions.list_recent(connection, limit=9))) == 2
    await again.close()


def test_there_must_be_something_to_copy(run: Run) -> None:
    status, _, err = run("backup", "copy")
    assert status == 2
    assert "There is no data in" in err
    assert not COPY.exists()


async def test_a_copy_inside_of_what_is_copied_is_refused(run: Run, journal: Journal) -> None:
    await journal.close()
    status, _, err = await asyncio.to_thread(run, "backup", "data/copy")
    assert status == 2
    assert err.endswith("[bad-config]\n")
