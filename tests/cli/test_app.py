from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


def test_the_version_is_that_of_the_package(run: Run) -> None:
    status, out, _ = run("--version")
    assert status == 0
    assert re.fullmatch(r"arsupport \d+\.\d+\.\d+\S*\n", out)


COMMANDS = ["serve", "demo", "camera", "machine", "user", "certs", "selftest", "backup", "export", "verify"]


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
