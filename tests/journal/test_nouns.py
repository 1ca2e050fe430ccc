from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.journal import audit, cameras, files, links, machines, sessions, users
from arsupport.journal.audit import Deed
from arsupport.journal.database import Database
from arsupport.journal.files import NewFile
from arsupport.journal.links import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    database = Database.open(tmp_path)
    with database.write() as connection:
        yield connection
    database.close()


def refusal_of(action: object, *args: object, **kwargs: object) -> Code:
    assert callable(action)
    with pytest.raises(ArError) as refusal:
        action(*args, **kwargs)
    return refusal.value.code


def test_a_machine_is_found_by_its_code_however_it_is_typed(connection: Connection) -> None:
    machine = machines.create(connection, name="Press 4", site="Hall 2", at_ms=1)
    assert len(machine.code) == machines.CODE_LENGTH
    assert set(machine.code) <= set(machines.CODE_ALPHABET)
    assert machines.by_code(connection, f" {machine.code.lower()} ") == machine
    assert machines.get(connection, machine.id) == machine
    assert refusal_of(machines.by_code, connection, "NOSUCH") is Code.UNKNOWN_MACHINE


def test_a_given_code_must_be_free(connection: Connection) -> None:
    machines.create(connection, name="Press 4", site="", at_ms=1, code="PRESS4")
    assert refusal_of(machines.create, connection, name="b", site="", at_ms=1, code="PRESS4") is Code.ALREADY_EXISTS


def test_every_machine_has_a_tag_of_its_own_until_there_are_no_more(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "TAGS", 3)
    made = [machines.create(connection, name=name, site="", at_ms=1) for name in "abc"]
    assert sorted(machine.tag for machine in made) == [0, 1, 2]
    machines.retire(connection, made[0].id, at_ms=2)
    assert refusal_of(machines.create, connection, name="d", site="", at_ms=3) is Code.TOO_MANY
    assert len(machines.list_all(connection, retired=True)) == 3


def test_a_given_tag_must_be_free(connection: Connection) -> None:
    assert machines.create(connection, name="Press 4", site="", at_ms=1, tag=517).tag == 517
    assert refusal_of(machines.create, connection, name="b", site="", at_ms=1, tag=517) is Code.ALREADY_EXISTS


def test_retired_machines_are_listed_only_when_asked_for(connection: Connection) -> None:
    old, new = (machines.create(connection, name=name, site="A", at_ms=1) for name in ("Lathe", "Saw"))
    machines.retire(connection, old.id, at_ms=2)
    assert machines.list_all(connection) == [new]
    assert [machine.retired_at_ms for machine in machines.list_all(connection, retired=True)] == [2, None]
    assert refusal_of(machines.retire, connection, "nobody", at_ms=2) is Code.UNKNOWN_MACHINE


def test_a_user_is_found_by_login_and_can_be_disabled(connection: Connection) -> None:
    user = users.create(connection, login=" Ada ", name="Ada L.", role="expert", at_ms=1)
    assert users.by_login(connection, "ADA") == user
    users.set_password(connection, user.id, "argon2…")
    users.disable(connection, user.id, at_ms=5)
    changed = users.get(connection, user.id)
    assert changed is not None
    assert (changed.password_hash, changed.disabled_at_ms) == ("argon2…", 5)
    assert "argon2" not in repr(changed)
    assert users.list_all(connection) == [changed]
    assert users.count(connection) == 1
    assert users.by_login(connection, "eve") is None
    assert refusal_of(users.set_password, connection, "nobody", "x") is Code.NOT_FOUND
    assert refusal_of(users.create, connection, login="ada", name="", role="", at_ms=1) is Code.ALREADY_EXISTS


def test_a_link_works_once_and_not_for_another_purpose(connection: Connection) -> None:
    machine = machines.create(connection, name="Press 4", site="", at_ms=1)
    about = Subject(machine_id=machine.id, role="on-site")
    link = links.create(connection, purpose="invitation", token_digest="d", at_ms=10, expires_at_ms=20, about=about)
    assert links.look_at(connection, purpose="invitation", token_digest="d", at_ms=15) == link
    assert refusal_of(links.use, connection, purpose="setup", token_digest="d", at_ms=15) is Code.NOT_FOUND
    assert links.use(connection, purpose="invitation", token_digest="d", at_ms=15).machine_id == machine.id
    assert refusal_of(links.use, connection, purpose="invitation", token_digest="d", at_ms=15) is Code.LINK_USED


@pytest.mark.parametrize(("at_ms", "works"), [(19, True), (20, False)])
def test_a_link_expires(connection: Connection, at_ms: int, works: bool) -> None:  # noqa: FBT001 - a case of the test
    links.create(connection, purpose="setup", token_digest="d", at_ms=10, expires_at_ms=20, about=Subject())
    if works:
        links.use(connection, purpose="setup", token_digest="d", at_ms=at_ms)
    else:
        refused = refusal_of(links.use, connection, purpose="setup", token_digest="d", at_ms=at_ms)
        assert refused is Code.LINK_EXPIRED


def test_a_retired_camera_cannot_join(connection: Connection) -> None:
    machine = machines.create(connection, name="Press 4", site="", at_ms=1)
    camera = cameras.create(connection, machine_id=machine.id, name="Door", token_digest="d", at_ms=1)
    assert cameras.by_token_digest(connection, "d") == camera
    assert cameras.list_for_machine(connection, machine.id) == [camera]
    cameras.retire(connection, camera.id, at_ms=2)
    assert refusal_of(cameras.by_token_digest, connection, "d") is Code.UNKNOWN_CAMERA
    assert cameras.list_for_machine(connection, machine.id) == []
    assert cameras.get(connection, camera.id).retired_at_ms == 2


def test_sessions_are_listed_newest_first(connection: Connection) -> None:
    one, two = (machines.create(connection, name=name, site="", at_ms=1) for name in ("a", "b"))
    made = [sessions.create(connection, machine_id=machine.id, at_ms=at) for at, machine in enumerate((one, two, one))]
    assert sessions.list_recent(connection, limit=2) == [made[2], made[1]]
    assert sessions.list_for_machine(connection, one.id, limit=9) == [made[2], made[0]]
    assert sessions.list_open(connection) == made
    assert refusal_of(sessions.get, connection, "nobody") is Code.UNKNOWN_SESSION


@pytest.mark.parametrize("name", ["../still.jpg", "", ".hidden", "a/b", "x" * 200, "nul\0"])
def test_a_file_needs_a_plain_name(connection: Connection, name: str) -> None:
    assert refusal_of(files.add, connection, "any", new_file(name)) is Code.INTERNAL


def test_a_file_name_is_used_once_in_a_session(connection: Connection) -> None:
    machine = machines.create(connection, name="Press 4", site="", at_ms=1)
    session = sessions.create(connection, machine_id=machine.id, at_ms=1)
    file = files.add(connection, session.id, new_file("still.jpg"))
    assert files.get(connection, file.id) == file
    assert files.list_for_session(connection, session.id, kind="still") == [file]
    assert files.list_for_session(connection, session.id, kind="video") == []
    assert refusal_of(files.add, connection, session.id, new_file("still.jpg")) is Code.ALREADY_EXISTS
    assert refusal_of(files.get, connection, "nothing") is Code.UNKNOWN_FILE


def test_a_changed_audit_entry_is_found(connection: Connection) -> None:
    for number in range(3):
        audit.append(connection, at_ms=number, kind="viewed", deed=Deed("ada", "10.0.0.1", "session-1"))
    assert [entry.deed.actor for entry in audit.read(connection)] == ["ada"] * 3
    assert audit.problems(connection) == []
    connection.exec_driver_sql("DROP TRIGGER audit_no_update")
    connection.exec_driver_sql("UPDATE audit SET at_ms = 7 WHERE seq = 2")
    assert len(audit.problems(connection)) == 1


def new_file(name: str) -> NewFile:
    return NewFile(
        name=name, kind="still", media_type="image/jpeg", path="blobs/x", sha256="0" * 64, size=1, created_at_ms=1
    )
