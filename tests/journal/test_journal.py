from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.journal import checkpoints, events, machines, manifests, sessions, writer
from arsupport.journal.database import DATABASE_NAME
from arsupport.journal.journal import KEY_PATH, Journal
from arsupport.journal.verification import verify_installation, verify_session
from tests.journal.conftest import body

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.journal.events import EventRow
    from tests.journal.conftest import Plant

ROOT = Path(__file__).parents[2]


async def stored(journal: Journal, session_id: str) -> list[EventRow]:
    return await journal.read(lambda connection: list(events.read(connection, session_id)))


async def test_what_was_appended_is_read_in_order_as_it_was(plant: Plant) -> None:
    session = await plant.open_session()
    given = [(seq, 2_000 - seq, "marked", body(seq)) for seq in range(1, 1_201)]
    await asyncio.gather(*(plant.journal.append(session, [event]) for event in given))
    rows = await stored(plant.journal, session)
    assert [(row.seq, row.at_ms, row.type, row.body) for row in rows] == given
    after = await plant.journal.read(lambda connection: list(events.read(connection, session, after_seq=1_190)))
    assert [row.seq for row in after] == list(range(1_191, 1_201))


@pytest.mark.parametrize("seq", [2, 4])
async def test_what_does_not_continue_is_refused_and_disturbs_nobody(plant: Plant, seq: int) -> None:
    session, other = await plant.open_session(2), await plant.open_session()
    async with held_writer(plant.journal):
        waiting = [
            plant.journal.append(session, [(3, 1, "a", b"\x01")])
            if seq == 2
            else plant.journal.append(other, [(1, 1, "a", b"")]),
            plant.journal.append(session, [(seq, 1, "b", b"\x02")]),
            plant.journal.append(other, [(1 if seq == 2 else 2, 1, "c", b"\x03")]),
        ]
    done, refused, neighbour = await asyncio.gather(*waiting, return_exceptions=True)
    assert done is None
    assert neighbour is None
    assert isinstance(refused, ArError)
    assert refused.code is Code.INTERNAL
    assert "b" not in {row.type for row in await stored(plant.journal, session)}


class held_writer:  # noqa: N801 - reads as a statement
    """Holds the writer thread within the block, so that all that is given there goes into one transaction."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._begun, self._go_on = journal, threading.Event(), threading.Event()

    async def __aenter__(self) -> None:
        self._holding = self._journal.write(self._hold)
        await asyncio.to_thread(self._begun.wait)

    async def __aexit__(self, *_: object) -> None:
        self._go_on.set()
        await self._holding

    def _hold(self, _: Connection) -> None:
        self._begun.set()
        self._go_on.wait()


async def test_an_append_is_stored_whole_or_not_at_all(plant: Plant) -> None:
    session = await plant.open_session()
    with pytest.raises(ArError):
        await plant.journal.append(session, [(1, 1, "a", b""), (3, 1, "a", b"")])
    assert await stored(plant.journal, session) == []
    await plant.journal.append(session, [(1, 1, "a", b""), (2, 1, "a", b"")])


async def test_an_event_that_is_too_large_is_refused(plant: Plant) -> None:
    session = await plant.open_session()
    with pytest.raises(ArError) as refusal:
        await plant.journal.append(session, [(1, 1, "a", bytes(events.BODY_LIMIT + 1))])
    assert refusal.value.code is Code.MESSAGE_TOO_LARGE


async def test_a_closed_or_unknown_session_takes_no_events(plant: Plant) -> None:
    closed = await plant.closed_session(2)
    for session, code in ((closed, Code.SESSION_ENDED), ("nobody", Code.UNKNOWN_SESSION)):
        with pytest.raises(ArError) as refusal:
            await plant.journal.append(session, [(3, 1, "a", b"")])
        assert refusal.value.code is code


async def test_a_write_that_fails_undoes_only_itself(plant: Plant) -> None:
    def fails(connection: Connection) -> None:
        machines.create(connection, name="Lathe", site="Hall 1", at_ms=1)
        raise ValueError("after the write")

    async with held_writer(plant.journal):
        bad = plant.journal.write(fails)
        good = plant.journal.write(lambda connection: machines.create(connection, name="Saw", site="Hall 1", at_ms=1))
    with pytest.raises(ValueError, match="after the write"):
        await bad
    assert (await good).name == "Saw"
    names = {machine.name for machine in await plant.journal.read(machines.list_all)}
    assert names == {"Press 4", "Saw"}


async def test_reading_cannot_write(plant: Plant) -> None:
    with pytest.raises(ArError) as refusal:
        await plant.journal.read(lambda connection: machines.create(connection, name="Saw", site="", at_ms=1))
    assert refusal.value.code is Code.STORAGE_FAILED


@pytest.mark.parametrize("change", ["DELETE FROM events", "UPDATE events SET type = 'x'", "DELETE FROM manifests"])
async def test_the_database_itself_refuses_to_change_the_log(plant: Plant, change: str) -> None:
    await plant.closed_session()
    with pytest.raises(ArError, match="append-only"):
        await plant.journal.write(lambda connection: connection.exec_driver_sql(change))


async def test_too_many_waiting_writes_are_refused_at_once(plant: Plant) -> None:
    session = await plant.open_session()
    accepted: list[asyncio.Future[None]] = []

    def fill() -> None:
        for seq in range(1, writer.QUEUE_LIMIT + 2):
            accepted.append(plant.journal.append(session, [(seq, 1, "a", b"")]))  # noqa: PERF401 - the last one raises

    async with held_writer(plant.journal):
        with pytest.raises(ArError) as refusal:
            fill()
    assert refusal.value.code is Code.STORAGE_FAILED
    await asyncio.gather(*accepted)
    assert len(await stored(plant.journal, session)) == len(accepted)


async def test_a_cancelled_waiter_withdraws_nothing(plant: Plant) -> None:
    session = await plant.open_session()
    async with held_writer(plant.journal):
        waiter = plant.journal.append(session, [(1, 1, "a", b"")])
        waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    await plant.journal.append(session, [(2, 1, "b", b"")])
    assert [row.seq for row in await stored(plant.journal, session)] == [1, 2]


async def test_a_full_disk_is_said_loses_nothing_and_can_be_mended(plant: Plant) -> None:
    journal, session = plant.journal, await plant.open_session(3)
    pages = await journal.write(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    await journal.write(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one())
    async with held_writer(journal):
        large = journal.append(session, [(4, 1, "large", bytes(100_000))])
        beside = journal.write(lambda connection: machines.create(connection, name="Saw", site="", at_ms=1))
    for refused in (large, beside):
        with pytest.raises(ArError) as refusal:
            await refused
        assert refusal.value.code is Code.DISK_FULL
    assert len(await stored(journal, session)) == 3
    await journal.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 100000").scalar_one())
    await journal.append(session, [(4, 1, "large", bytes(100_000))])
    report = await journal.read(lambda connection: verify_session(connection, journal.folder, session))
    assert (report.ok, report.events) == (True, 4)


async def test_after_closing_nothing_is_taken(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    await journal.close()
    with pytest.raises(ArError) as refusal:
        await journal.append("any", [(1, 1, "a", b"")])
    assert refusal.value.code is Code.SERVER_STOPPING


WRITER = """
import asyncio, sys
from pathlib import Path
from arsupport.journal import machines, sessions
from arsupport.journal.journal import Journal

async def main():
    journal = Journal.open(Path(sys.argv[1]))
    machine = await journal.write(lambda c: machines.create(c, name="Press", site="", at_ms=1))
    opened = [await journal.write(lambda c: sessions.create(c, machine_id=machine.id, at_ms=1)) for _ in range(8)]
    async def write(session):
        for seq in range(1, 1_000_000):
            await journal.append(session.id, [(seq, seq, "a", b"x" * 200)])
            print(session.id, seq, flush=True)
    await asyncio.gather(*map(write, opened))

asyncio.run(main())
"""


def _write_until_killed(folder: Path) -> dict[str, int]:
    """Let a process write and kill it; return the last event of each session that it says is stored."""
    acknowledged: dict[str, int] = {}
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for lines, line in enumerate(process.stdout, start=1):
            if lines == 1_000:
                process.kill()
            match line.split():
                case [acknowledging, seq] if line.endswith(b"\n"):
                    acknowledged[acknowledging.decode()] = int(seq)
    return acknowledged


async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged = _write_until_killed(tmp_path)
    journal = Journal.open(tmp_path)
    for session_id, last in acknowledged.items():
        report = await journal.read(partial(verify_session, folder=tmp_path, session_id=session_id))
        assert report.ok
        assert report.events >= last
    assert len(acknowledged) == 8
    await journal.close()


async def test_an_open_session_is_found_again_after_a_restart(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    machine = await journal.write(lambda connection: machines.create(connection, name="Press", site="", at_ms=1))
    session = await journal.write(lambda connection: sessions.create(connection, machine_id=machine.id, at_ms=1))
    await journal.append(session.id, [(1, 1, "a", b"")])
    await journal.close()
    journal = Journal.open(tmp_path)
    (found,) = await journal.read(sessions.list_open)
    assert (found.id, found.event_count) == (session.id, 1)
    await journal.append(session.id, [(2, 2, "b", b"")])
    await journal.close()


async def test_a_corrupt_database_is_refused_and_left_alone_after_an_unclean_stop(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    for number in range(50):
        await journal.write(partial(machines.create, name="x" * 500, site=str(number), at_ms=1))
    await journal.close()
    database = tmp_path / DATABASE_NAME
    data = bytearray(database.read_bytes())
    data[-3 * 4096 :] = b"\xa5" * 3 * 4096
    database.write_bytes(data)
    (tmp_path / "in-use").write_text("open\n")
    for _ in range(2):
        with pytest.raises(ArError) as refusal:
            Journal.open(tmp_path)
        assert refusal.value.code is Code.STORAGE_CORRUPT
    assert database.read_bytes() == data


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path)
    await journal.write(
        lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'v9999'")
    )
    await journal.close()
    with pytest.raises(ArError, match="newer version"):
        Journal.open(tmp_path)


async def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    await Journal.open(tmp_path).close()
    (tmp_path / KEY_PATH).chmod(0o640)
    with pytest.raises(ArError) as refusal:
        Journal.open(tmp_path)
    assert refusal.value.code is Code.INSECURE_KEY


async def test_a_key_that_is_gone_is_not_replaced_once_it_has_signed(plant: Plant) -> None:
    await plant.closed_session()
    await plant.journal.close()
    (plant.journal.folder / KEY_PATH).unlink()
    with pytest.raises(ArError) as refusal:
        Journal.open(plant.journal.folder)
    assert refusal.value.code is Code.INSECURE_KEY
    assert not (plant.journal.folder / KEY_PATH).exists()


async def test_a_checkpoint_lost_in_a_crash_is_noted_at_the_next_start(plant: Plant) -> None:
    first, second = await plant.closed_session(), await plant.closed_session()
    await plant.journal.close()
    path = plant.journal.folder / checkpoints.CHECKPOINTS_NAME
    path.write_bytes(path.read_bytes()[:-10])
    journal = Journal.open(plant.journal.folder)
    assert [checkpoint.session_id for checkpoint in checkpoints.read(path)] == [first, second]
    problems = await journal.read(
        lambda connection: verify_installation(connection, journal.folder, trusted_key=journal.public_key)
    )
    assert problems == []
    await journal.close()


async def test_manifests_form_a_chain(plant: Plant) -> None:
    for _ in range(3):
        await plant.closed_session()
    signed = await plant.journal.read(manifests.list_all)
    assert [manifest.number for manifest in signed] == [1, 2, 3]
    assert [manifest.decode().previous for manifest in signed] == ["", signed[0].hash.hex(), signed[1].hash.hex()]
