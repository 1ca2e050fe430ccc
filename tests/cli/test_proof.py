from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arsupport.journal import audit, machines, sessions
from arsupport.journal.database import Database
from arsupport.journal.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    Run = Callable[..., tuple[int, str, str]]

DATA = Path("data")


@pytest.fixture
def session(run: Run) -> str:
    """Return the id of a session with three events that has ended, in the folder where `run` runs."""
    del run  # it has changed the folder

    def open_session(connection: Connection) -> str:
        machine = machines.create(connection, name="Press 4", site="Hall 2", at_ms=1)
        return sessions.create(connection, machine_id=machine.id, at_ms=2).id

    async def hold() -> str:
        journal = Journal.open(DATA)
        session_id = await journal.write(open_session)
        await journal.append(session_id, [(seq, 10 + seq, "said", b"\x80") for seq in (1, 2, 3)])
        await journal.close_session(session_id, at_ms=20)
        await journal.close()
        return session_id

    return asyncio.run(hold())


def tamper() -> None:
    """Do what somebody with the file and enough patience can do."""
    with closing(sqlite3.connect(DATA / "arsupport.db")) as database, database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'")
        for (name,) in triggers.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE events SET at_ms = 99 WHERE seq = 2")


def test_a_session_that_nobody_changed_is_verified(run: Run, session: str) -> None:
    status, out, _ = run("verify", session)
    assert status == 0
    assert re.fullmatch(
        rf"verified: session {session}, 3 events, 0 files, signed by [0-9a-f]{{64}}, last hash [0-9a-f]{{64}}\n", out
    )


def test_a_file_that_is_not_there_is_said_to_be_so(run: Run) -> None:
    for missing in ("press-4.zip", "elsewhere/press"):
        status, _, err = run("verify", missing)
        assert status != 0
        assert f"There is no file {missing}" in err


def test_a_changed_event_is_named(run: Run, session: str) -> None:
    tamper()
    status, out, err = run("verify", session)
    assert (status, out) == (1, "event-changed: event 2 is not what was hashed\n")
    assert err == "not verified: 1 problem\n"


@pytest.mark.usefixtures("session")
def test_the_whole_installation_is_verified(run: Run) -> None:
    assert run("verify")[:2] == (0, "verified: every session and the audit trail are as they were written\n")
    tamper()
    status, out, _ = run("verify")
    assert (status, out) == (1, "event-changed: event 2 is not what was hashed\n")


def test_an_unknown_session_is_refused(run: Run, session: str) -> None:
    status, _, err = run("verify", session[:-1] + "x")
    assert (status, err) == (2, "error: unknown session [unknown-session]\n")


def test_a_folder_without_data_is_not_taken_for_one_without_problems(run: Run) -> None:
    status, out, err = run("verify")
    assert (status, out) == (2, "")
    assert f"There is no data in {DATA.absolute()}" in err
    assert not DATA.exists()


def test_an_export_is_written_once_and_entered_into_the_audit_trail(run: Run, session: str) -> None:
    assert run("export", session, "-o", "press-4.zip")[0] == 0
    exported = Path("press-4.zip").read_bytes()
    status, _, err = run("export", session, "-o", "press-4.zip")
    assert status == 2
    assert err.endswith("[already-exists]\n")
    assert Path("press-4.zip").read_bytes() == exported
    database = Database.open(DATA)
    with database.read() as connection:
        assert [(entry.type, entry.deed.subject) for entry in audit.read(connection)] == [("exported", session)]
    database.close()


def test_an_unknown_session_cannot_be_exported(run: Run, session: str) -> None:
    status, _, err = run("export", session[:-1] + "x")
    assert status == 2
    assert err.endswith("[unknown-session]\n")
    assert list(Path().glob("*.zip")) == []


def test_an_export_is_verified_elsewhere(
    run: Run, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("export", session, "-o", "press-4.zip")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    status, out, _ = run("verify", "../press-4.zip")
    assert status == 0
    assert out.startswith(f"verified: session {session}, 3 events, ")
    assert list(Path().iterdir()) == []


def test_a_changed_export_is_not_verified(run: Run, session: str) -> None:
    run("export", session, "-o", "press-4.zip")
    changed = bytearray(Path("press-4.zip").read_bytes())
    body = changed.index(b"\xc4\x01\x80")  # MessagePack for the one byte of an event's body
    changed[body + 2] = 0x81
    Path("changed.zip").write_bytes(changed)
    status, out, err = run("verify", "changed.zip")
    assert status != 0
    assert "verified: session" not in out + err
