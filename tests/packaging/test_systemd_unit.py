"""The unit that starts the server at boot calls commands that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import typer.main

from arsupport.cli.app import app

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "deploy/systemd/arsupport.service").read_text(encoding="utf-8")
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


def value(key: str) -> str:
    (found,) = re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)
    assert isinstance(found, str)
    return found


def test_the_unit_starts_the_server_with_the_configuration_of_the_page() -> None:
    program, *arguments = shlex.split(value("ExecStart"))
    command, option, config = arguments
    assert (command, option) == ("serve", "--config")
    assert program == "/opt/arsupport/venv/bin/arsupport"
    assert program in PAGE
    assert config in PAGE


def test_its_user_and_folder_are_those_of_the_page() -> None:
    assert f"useradd --system --home-dir {value('WorkingDirectory')}" in PAGE
    assert f"--shell /usr/sbin/nologin {value('User')}\n" in PAGE
    assert f'folder = "/var/lib/{value("StateDirectory")}"' in PAGE


def test_every_command_of_the_page_exists() -> None:
    root = typer.main.get_command(app)
    known = set()
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        known |= {f"{name} {inner}" for inner in getattr(command, "commands", {"": None})}
    typed = re.findall(r"^arsupport ([a-z-]+(?: [a-z][a-z-]+)?)", PAGE, re.MULTILINE)
    assert len(typed) > 10
    groups = {name.partition(" ")[0] for name in known if not name.endswith(" ")}
    called = {name if name.partition(" ")[0] in groups else f"{name.partition(' ')[0]} " for name in typed}
    assert called <= known
