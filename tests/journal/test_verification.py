"""The attacks that a verification must find, each made by somebody who may write to the database file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from arsupport.journal import checkpoints, keys, manifests, sqlite
from arsupport.journal.chain import event_hash, first_hash
from arsupport.journal.database import DATABASE_NAME
from arsupport.journal.manifests import DOMAIN, manifest_hash
from arsupport.journal.report import Finding
from arsupport.journal.verification import verify_installation, verify_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tests.journal.conftest import Plant


class Attacker:
    """Somebody with the database file: takes the triggers away first."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite.driver().connect(folder / DATABASE_NAME, isolation_level=None)
        triggers = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            self._connection.execute(f"DROP TRIGGER {trigger}")

    def run(self, statement: str, *values: object) -> list[Any]:
        rows: list[Any] = self._connection.execute(statement, values).fetchall()
        return rows

    def rehash(self, session_id: str) -> None:
        """Make a session's chain fit its events, and the session's row fit the chain."""
        (machine_id,) = self.run("SELECT machine_id FROM sessions WHERE id = ?", session_id)[0]
        head = first_hash(session_id, machine_id)
        rows = self.run("SELECT seq, at_ms, type, body FROM events WHERE session_id = ? ORDER BY seq", session_id)
        for seq, at_ms, kind, body in rows:
            head = event_hash(head, seq, at_ms, kind, body)
            self.run("UPDATE events SET hash = ? WHERE session_id = ? AND seq = ?", head, session_id, seq)
        self.run("UPDATE sessions SET head = ?, event_count = ? WHERE id = ?", head, len(rows), session_id)

    def remove(self, session_id: str) -> None:
        for table in ("events", "files", "manifests"):
            self.run(f"DELETE FROM {table} WHERE session_id = ?", session_id)  # noqa: S608 - the attacker is us
        self.run("DELETE FROM sessions WHERE id = ?", session_id)

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def attacker(plant: Plant) -> Iterator[Attacker]:
    attacker = Attacker(plant.journal.folder)
    yield attacker
    attacker.close()


async def findings(plant: Plant, session_id: str) -> set[Finding]:
    journal = plant.journal
    report = await journal.read(
        lambda connection: verify_session(connection, journal.folder, session_id, trusted_key=journal.public_key)
    )
    return {problem.finding for problem in report.problems}


async def installation(plant: Plant) -> set[Finding]:
    journal = plant.journal
    problems = await journal.read(
        lambda connection: verify_installation(connection, journal.folder, trusted_key=journal.public_key)
    )
    return {problem.finding for problem in problems}


async def test_what_nobody_touched_verifies(plant: Plant) -> None:
    closed, still_open = await plant.closed_session(5), await plant.open_session(3)
    journal = plant.journal
    report = await journal.read(lambda connection: verify_session(connection, journal.folder, closed))
    assert report.ok
    assert (report.closed, report.events, report.files) == (True, 5, 1)
    assert report.key == keys.fingerprint(journal.public_key)
    assert await findings(plant, still_open) == set()
    assert await installation(plant) == set()


async def test_an_edited_event_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    attacker.run("UPDATE events SET body = x'80' WHERE session_id = ? AND seq = 3", session)
    assert await findings(plant, session) == {Finding.EVENT_CHANGED}


@pytest.mark.parametrize("change", ["at_ms = 7", "type = 'answered'"])
async def test_an_edited_time_or_type_is_found(plant: Plant, attacker: Attacker, change: str) -> None:
    session = await plant.closed_session()
    attacker.run(f"UPDATE events SET {change} WHERE session_id = ? AND seq = 3", session)  # noqa: S608 - it is us
    assert await findings(plant, session) == {Finding.EVENT_CHANGED}


async def test_an_edited_and_rehashed_event_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    attacker.run("UPDATE events SET body = x'80' WHERE session_id = ? AND seq = 3", session)
    attacker.rehash(session)
    assert await findings(plant, session) == {Finding.MANIFEST_DISAGREES}


async def test_a_deleted_event_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    attacker.run("DELETE FROM events WHERE session_id = ? AND seq = 3", session)
    assert Finding.EVENT_MISSING in await findings(plant, session)


async def test_swapped_events_are_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    for before, after in ((2, 100), (3, 2), (100, 3)):
        attacker.run("UPDATE events SET seq = ? WHERE session_id = ? AND seq = ?", after, session, before)
    assert await findings(plant, session) == {Finding.EVENT_CHANGED}


async def test_a_truncated_session_is_found(plant: Plant, attacker: Attacker) -> None:
    for session in (await plant.closed_session(), await plant.open_session(5)):
        attacker.run("DELETE FROM events WHERE session_id = ? AND seq > 3", session)
        assert Finding.END_MISSING in await findings(plant, session)


async def test_a_truncated_session_with_a_corrected_count_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    attacker.run("DELETE FROM events WHERE session_id = ? AND seq > 3", session)
    attacker.rehash(session)
    assert await findings(plant, session) == {Finding.MANIFEST_DISAGREES}


async def test_a_removed_session_is_found(plant: Plant, attacker: Attacker) -> None:
    _, removed, _ = [await plant.closed_session() for _ in range(3)]
    attacker.remove(removed)
    (plant.journal.folder / checkpoints.CHECKPOINTS_NAME).unlink()
    assert await installation(plant) == {Finding.SESSION_MISSING}


async def test_the_removed_newest_session_is_found(plant: Plant, attacker: Attacker) -> None:
    _, newest = [await plant.closed_session() for _ in range(2)]
    attacker.remove(newest)
    assert await installation(plant) == {Finding.SESSION_MISSING}


async def test_a_checkpoint_kept_elsewhere_is_enough(plant: Plant, attacker: Attacker) -> None:
    _, newest = [await plant.closed_session() for _ in range(2)]
    path, journal = plant.journal.folder / checkpoints.CHECKPOINTS_NAME, plant.journal
    kept = checkpoints.read(path)
    attacker.remove(newest)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert await installation(plant) == set()
    problems = await journal.read(
        lambda connection: verify_installation(connection, journal.folder, trusted_key=journal.public_key, outside=kept)
    )
    assert [problem.finding for problem in problems] == [Finding.SESSION_MISSING]


async def test_swapped_sessions_are_found(plant: Plant, attacker: Attacker) -> None:
    first, second = [await plant.closed_session() for _ in range(2)]
    attacker.run("PRAGMA foreign_keys = OFF")
    for before, after in ((first, "x"), (second, first), ("x", second)):
        attacker.run("UPDATE events SET session_id = ? WHERE session_id = ?", after, before)
        attacker.run("UPDATE manifests SET session_id = ? WHERE session_id = ?", after, before)
    assert {Finding.EVENT_CHANGED, Finding.MANIFEST_DISAGREES} <= await findings(plant, first)


async def test_a_manifest_signed_with_another_key_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    signed = await plant.journal.read(lambda connection: manifests.get(connection, session))
    attacker.run("UPDATE events SET body = x'80' WHERE session_id = ? AND seq = 3", session)
    attacker.rehash(session)
    ((head,),) = attacker.run("SELECT head FROM sessions WHERE id = ?", session)
    forged = signed.body.replace(signed.decode().head.encode(), head.hex().encode())
    key = Ed25519PrivateKey.generate()
    attacker.run(
        "UPDATE manifests SET body = ?, hash = ?, public_key = ?, signature = ? WHERE session_id = ?",
        forged,
        manifest_hash(forged),
        keys.public_bytes(key),
        key.sign(DOMAIN + forged),
        session,
    )
    assert await findings(plant, session) == {Finding.FOREIGN_KEY}
    assert await installation(plant) == {Finding.FOREIGN_KEY, Finding.MANIFEST_CHANGED}


async def test_an_edited_manifest_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    attacker.run(
        "UPDATE manifests SET body = CAST(replace(body, 'Hall 2', 'Hall 3') AS BLOB) WHERE session_id = ?", session
    )
    assert Finding.MANIFEST_CHANGED in await findings(plant, session)


@pytest.mark.parametrize(
    "change", ["events SET body = 'text'", "events SET at_ms = 'text'", "manifests SET body = 'text'"]
)
async def test_a_value_of_another_type_is_found(plant: Plant, attacker: Attacker, change: str) -> None:
    session = await plant.closed_session()
    attacker.run(f"UPDATE {change} WHERE session_id = ?", session)
    assert await findings(plant, session) == {Finding.UNREADABLE}
    assert Finding.UNREADABLE in await installation(plant)


async def test_a_missing_manifest_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    attacker.run("DELETE FROM manifests WHERE session_id = ?", session)
    assert await findings(plant, session) == {Finding.MANIFEST_MISSING}


async def test_a_changed_or_missing_file_is_found(plant: Plant) -> None:
    session = await plant.closed_session()
    (blob,) = [path for path in (plant.journal.folder / "blobs").rglob("*") if path.is_file()]
    blob.write_bytes(blob.read_bytes()[:-1] + b"!")
    assert await findings(plant, session) == {Finding.FILE_CHANGED}
    blob.unlink()
    assert await findings(plant, session) == {Finding.FILE_MISSING}


async def test_a_file_taken_from_the_list_is_found(plant: Plant, attacker: Attacker) -> None:
    session = await plant.closed_session()
    attacker.run("DELETE FROM files WHERE session_id = ?", session)
    assert await findings(plant, session) == {Finding.MANIFEST_DISAGREES}


async def test_a_path_that_leads_out_of_the_data_folder_is_not_followed(plant: Plant, attacker: Attacker) -> None:
    session = await plant.open_session()
    await plant.add_file(session, "still.jpg", b"picture")
    attacker.run("UPDATE files SET path = '../../outside'")
    assert await findings(plant, session) == {Finding.FILE_MISSING}
