from __future__ import annotations

import re
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


def audited(folder: Path) -> list[tuple[str, str]]:
    database = Database.open(folder / "data")
    with database.read() as connection:
        entries = [(entry.type, entry.deed.subject) for entry in audit.read(connection)]
    database.close()
    return entries


def test_a_user_is_disabled_and_enabled_again(run: Run, tmp_path: Path) -> None:
    run("user", "add", "eva", "--password-stdin", stdin="three green valves\n")
    assert run("user", "disable", "Eva")[:2] == (0, "eva cannot sign in any more.\n")
    assert run("user", "list")[1] == "eva  expert  eva  (disabled)\n"
    assert run("user", "enable", "eva")[:2] == (0, "eva can sign in as expert.\n")
    assert run("user", "list")[1] == "eva  expert  eva\n"
    assert audited(tmp_path) == [("user-added", "eva"), ("user-disabled", "eva"), ("user-enabled", "eva")]


def test_a_new_password_is_chosen_by_a_link_and_never_typed_here(run: Run, tmp_path: Path) -> None:
    (tmp_path / "arsupport.toml").write_text('[server]\npublic_url = "https://help.example.com"\n')
    run("user", "add", "eva", "--password-stdin", stdin="three green valves\n")
    status, out, err = run("user", "reset-password", "eva")
    assert status == 0
    assert re.fullmatch(r"https://help\.example\.com/new-password#[\w-]{43}\n", out)
    assert err == "Give it to eva. It works once, within 30 minutes.\n"
    assert audited(tmp_path)[-1] == ("password-reset", "eva")


def test_a_disabled_user_gets_no_new_password(run: Run) -> None:
    run("user", "add", "eva", "--password-stdin", stdin="three green valves\n")
    run("user", "disable", "eva")
    status, out, err = run("user", "reset-password", "eva")
    assert (status, out) == (2, "")
    assert "First: arsupport user enable eva" in err


@pytest.mark.parametrize("command", ["disable", "enable", "reset-password"])
def test_an_unknown_user_is_named(run: Run, command: str) -> None:
    run("user", "add", "eva", "--password-stdin", stdin="three green valves\n")
    status, _, err = run("user", command, "ivo")
    assert (status, err) == (2, "error: There is no user ivo. See: arsupport user list [not-found]\n")
