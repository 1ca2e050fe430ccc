from __future__ import annotations

import io
import re
import stat
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from arsupport.cli.app import main
from arsupport.journal import audit, users
from arsupport.journal.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `arsupport` in a folder of its own; gives exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["arsupport", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return run


def test_the_version_is_that_of_the_package(run: Run) -> None:
    status, out, _ = run("--version")
    assert status == 0
    assert re.fullmatch(r"arsupport \d+\.\d+\.\d+\S*\n", out)


COMMANDS = ["serve", "demo", "camera", "machine", "user", "certs", "selftest", "export", "verify"]


def test_help_names_every_command(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert [command for command in COMMANDS if f" {command} " not in out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"arsupport {command}" in out


def test_a_wrong_configuration_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "arsupport.toml").write_text("[server]\nport = -1\n")
    status, out, err = run("machine", "list")
    assert (status, out) == (2, "")
    assert err == "error: server.port: Input should be greater than or equal to 0 [bad-config]\n"


def test_the_variable_names_the_configuration(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text('[data]\nfolder = "elsewhere"\n')
    monkeypatch.setenv("ARSUPPORT_CONFIG", "other.toml")
    assert run("machine", "add", "Press 4", "--site", "Hall 2")[0] == 0
    assert (tmp_path / "elsewhere" / "arsupport.db").is_file()


def test_a_machine_is_added_listed_and_labelled(run: Run, tmp_path: Path) -> None:
    (tmp_path / "arsupport.toml").write_text('[server]\npublic_url = "https://help.example.com"\n')
    _, added, _ = run("machine", "add", "Press <4>", "--site", "Hall & Yard")
    code = added.split()[0]
    assert added == f"{code}  Press <4>, Hall & Yard\n"
    assert run("machine", "list")[1] == added

    status, out, _ = run("machine", "label", code.lower(), "-o", "label.svg")
    assert status == 0
    assert out == f"label.svg: https://help.example.com/m/{code}\n"
    label = ET.parse(tmp_path / "label.svg")  # noqa: S314 - our own output
    texts = [element.text for element in label.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Press <4>", "Hall & Yard", code, f"https://help.example.com/m/{code}"} <= set(texts)


def test_a_label_needs_a_machine(run: Run, tmp_path: Path) -> None:
    status, _, err = run("machine", "label", "ABCDEF")
    assert (status, err) == (2, "error: unknown machine [unknown-machine]\n")
    assert list(tmp_path.glob("*.svg")) == []


def test_a_label_that_cannot_be_written_says_why(run: Run) -> None:
    code = run("machine", "add", "Press 4", "--site", "Hall 2")[1].split()[0]
    status, _, err = run("machine", "label", code, "-o", "missing/label.svg")
    assert status == 2
    assert "missing/label.svg cannot be written: No such file or directory [storage-failed]" in err


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


def test_certificates_are_made_for_the_public_address(run: Run, tmp_path: Path) -> None:
    (tmp_path / "arsupport.toml").write_text('[server]\npublic_url = "https://help.example.com"\n')
    status, out, _ = run("certs", "--folder", "certs", "--name", "10.20.0.5")
    assert status == 0
    assert re.search(r"^names +10\.20\.0\.5, help\.example\.com, ", out, re.MULTILINE)
    assert re.search(r"^fingerprint +([0-9A-F]{2}:){31}[0-9A-F]{2}$", out, re.MULTILINE)
    assert stat.S_IMODE((tmp_path / "certs" / "server.key").stat().st_mode) == 0o600
