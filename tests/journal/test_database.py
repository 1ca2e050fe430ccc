from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from arsupport.errors import ArError, Code
from arsupport.journal import machines, migrations, sqlite
from arsupport.journal.database import DATABASE_NAME, Database
from arsupport.journal.tables import metadata


def test_the_migrations_make_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    with database.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_machines_from_before_tags_get_one_each(tmp_path: Path) -> None:
    path = tmp_path / "before.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "v0003")
        row = "INSERT INTO machines VALUES (?, ?, 'Press', 'Hall', 1, NULL)"
        connection.exec_driver_sql(row, [(f"m{number}", f"C{number}") for number in range(1000)])
        command.upgrade(config, "head")
        assert sorted(machine.tag for machine in machines.list_all(connection)) == list(range(1000))
    engine.dispose()


def test_a_commit_is_durable(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    with database.write() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    database.close()
    assert stat.S_IMODE((tmp_path / DATABASE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], *, affected: bool) -> None:
    assert sqlite.has_wal_reset_bug(version) is affected


def test_without_a_safe_sqlite_nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 40, 1))
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    with pytest.raises(ArError, match="pysqlite3") as refusal:
        Database.open(tmp_path)
    assert refusal.value.code is Code.STORAGE_FAILED


def test_two_processes_may_have_it_open(tmp_path: Path) -> None:
    server, command = Database.open(tmp_path), Database.open(tmp_path)
    with command.write() as connection:
        machine = machines.create(connection, name="Press 4", site="", at_ms=1)
    command.close()
    with server.read() as connection:
        assert machines.list_all(connection) == [machine]
    assert (tmp_path / "in-use").read_bytes()
    server.close()
    assert not (tmp_path / "in-use").read_bytes()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = Database.open(tmp_path)

    def fail() -> None:
        with database.write() as connection:
            machines.create(connection, name="Press 4", site="", at_ms=1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.read() as connection:
        assert machines.list_all(connection) == []
    database.close()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(ArError) as refusal:
        Database.open(tmp_path / "data")
    assert refusal.value.code is Code.STORAGE_FAILED
