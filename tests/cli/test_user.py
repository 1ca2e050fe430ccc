from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arsupport.journal import audit, users
from arsupport.journal.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


def test_a_user_is_added_with_a_hashed_password_and_an_audit_entry(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("user", "add", "Eva", "--name", "Eva Lind", "--password-stdin", stdin="three green valves\n")
    assert (status, out) == (0, "eva can sign in as expert.\n")
    assert run("user", "list")[1] == "eva  expert  Eva Lind\n"

    database = Database.open(tmp_path / "data")
    with database.read() as connection:
        user = users.by_login(connection, "eva")
        entries = [(entry.type, entry.deed.address, entry.deed.subject) for entry in audit.read(connection)]
    database.close()
    assert user is not None
    assert (user.password_hash or "").startswith("$argon2id$")
    assert entries == [("user-added", "command line", "eva")]


@pytest.mark.parametrize(
    ("login", "password", "code"),
    [("eva", "short", "password-too-weak"), ("eva", "", "password-too-weak"), ("e v a", "x" * 20, "bad-message")],
)
def test_a_user_that_cannot_be_is_refused(run: Run, login: str, password: str, code: str) -> None:
    status, _, err = run("user", "add", login, "--password-stdin", stdin=f"{password}\n")
    assert status == 2
    assert err.endswith(f"[{code}]\n")
    assert run("user", "list")[1] == ""


def test_a_login_is_given_once(run: Run) -> None:
    assert run("user", "add", "eva", "--password-stdin", stdin="three green valves")[0] == 0
    status, _, err = run("user", "add", "EVA", "--password-stdin", stdin="three green valves")
    assert status == 2
    assert err.endswith("[already-exists]\n")
