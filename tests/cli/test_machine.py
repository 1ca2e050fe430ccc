from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from arsupport.journal import audit, cameras, machines
from arsupport.journal.database import Database
from arsupport.server import secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


def test_a_machine_is_added_listed_and_labelled(run: Run, tmp_path: Path) -> None:
    (tmp_path / "arsupport.toml").write_text('[server]\npublic_url = "https://help.example.com"\n')
    _, added, _ = run("machine", "add", "Press <4>", "--site", "Hall & Yard")
    code, tag = added.split()[:2]
    assert added == f"{code}  {int(tag):3}  Press <4>, Hall & Yard\n"
    assert run("machine", "list")[1] == added

    status, out, _ = run("machine", "label", code.lower(), "-o", "label.svg")
    assert status == 0
    assert out == f"label.svg: https://help.example.com/m/{code}\n"
    label = ET.parse(tmp_path / "label.svg").getroot()  # noqa: S314 - our own output
    assert label.findtext("{http://www.w3.org/2000/svg}title") == f"Press <4>, Hall & Yard: {code}"
    assert run("machine", "label", code, "--size", "a5")[1].startswith(f"{code}.pdf: ")
    assert (tmp_path / f"{code}.pdf").read_bytes().startswith(b"%PDF-")


def test_a_machine_keeps_the_tag_that_is_on_it(run: Run) -> None:
    assert run("machine", "add", "Press 4", "--site", "Hall 2", "--tag", "517")[1].split()[1] == "517"
    status, _, err = run("machine", "add", "Press 5", "--site", "Hall 2", "--tag", "517")
    assert (status, err) == (2, "error: There is a machine with the tag 517. [already-exists]\n")


def test_the_labels_of_a_site_are_one_file(run: Run, tmp_path: Path) -> None:
    for name, site in (("Press 4", "Hall 2"), ("Press 5", "Hall 2"), ("Saw", "Yard"), ("مكبس", "Yard")):
        run("machine", "add", name, "--site", site)
    assert run("machine", "label", "--site", "Hall 2", "-o", "hall.pdf")[:2] == (0, "hall.pdf: 2 labels\n")
    status, out, err = run("machine", "label", "--all")
    assert (status, out) == (0, "labels.pdf: 4 labels\n")
    assert "Not on the label, for want of letters that can be printed: مكبس\n" in err
    assert (tmp_path / "labels.pdf").read_bytes().count(b"/Type /Page\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Name one machine by its code, or a site with --site, or all with --all. [bad-config]"),
        (("ABCDEF", "--all"), "[bad-config]"),
        (("--site", "Nowhere"), "No machine stands there. See: arsupport machine list [unknown-machine]"),
        (("--all", "-o", "labels.svg"), "a sheet of many as .pdf [bad-config]"),
    ],
)
def test_labels_that_cannot_be_made_say_why(run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    run("machine", "add", "Press 4", "--site", "Hall 2")
    status, _, err = run("machine", "label", *arguments)
    assert status == 2
    assert message in err
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == []


def test_a_label_needs_a_machine(run: Run, tmp_path: Path) -> None:
    run("machine", "add", "Press 4", "--site", "Hall 2")
    status, _, err = run("machine", "label", "ABCDEF")
    assert status == 2
    assert err == "error: No machine has the code ABCDEF. See: arsupport machine list [unknown-machine]\n"
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_label_with_an_address_that_may_change_warns(run: Run, tmp_path: Path) -> None:
    code = run("machine", "add", "Press 4", "--site", "Hall 2")[1].split()[0]
    assert "Set server.public_url" in run("machine", "label", code)[2]
    (tmp_path / "arsupport.toml").write_text('[server]\npublic_url = "https://help.example.com"\n')
    assert run("machine", "label", code)[2] == ""


@pytest.mark.parametrize("command", [("machine", "list"), ("machine", "label", "ABCDEF"), ("user", "list")])
def test_what_only_reads_makes_no_data_folder(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    status, out, err = run(*command)
    assert (status, out) == (2, "")
    assert f"There is no data in {tmp_path / 'data'}." in err
    assert not (tmp_path / "data").exists()


def test_where_a_new_data_folder_is_made_is_said(run: Run, tmp_path: Path) -> None:
    assert f"A new data folder: {tmp_path / 'data'}\n" in run("machine", "add", "Press 4", "--site", "Hall 2")[2]
    assert "data folder" not in run("machine", "add", "Press 5", "--site", "Hall 2")[2]


def test_a_label_that_cannot_be_written_says_why(run: Run) -> None:
    code = run("machine", "add", "Press 4", "--site", "Hall 2")[1].split()[0]
    status, _, err = run("machine", "label", code, "-o", "missing/label.pdf")
    assert status == 2
    assert "missing/label.pdf cannot be written: No such file or directory [storage-failed]" in err


def test_a_cameras_key_is_written_once_for_its_owner_only(run: Run, tmp_path: Path) -> None:
    code = run("machine", "add", "Press 4", "--site", "Hall 2")[1].split()[0]
    arguments = ("machine", "add-camera", code, "--name", "Hall camera", "--key-file", "hall.key")
    assert run(*arguments)[:2] == (0, "hall.key: the key of Hall camera at Press 4\n")
    key = (tmp_path / "hall.key").read_text()
    assert stat.S_IMODE((tmp_path / "hall.key").stat().st_mode) == 0o600

    status, _, err = run(*arguments)
    assert (status, (tmp_path / "hall.key").read_text()) == (2, key)
    assert err == "error: hall.key cannot be written: File exists [storage-failed]\n"

    database = Database.open(tmp_path / "data")
    with database.read() as connection:
        (camera,) = cameras.list_for_machine(connection, machines.by_code(connection, code).id)
        assert cameras.by_token_digest(connection, secret.digest(key.strip())) == camera
    database.close()


def test_a_camera_is_let_in_listed_and_taken_out(run: Run, tmp_path: Path) -> None:
    code = run("machine", "add", "Press 4", "--site", "Hall 2")[1].split()[0]
    status, token, hint = run("machine", "enrol-camera", code, "--name", "Hall camera")
    assert status == 0
    assert re.fullmatch(r"[\w-]{43}\n", token)
    assert f"--machine {code} " in hint
    assert f"--token {token}" in hint

    assert run("machine", "cameras", code)[1] == ""
    run("machine", "add-camera", code, "--name", "Yard camera", "--key-file", "yard.key")
    listed = run("machine", "cameras", code)[1]
    assert listed.endswith("  Yard camera\n")
    assert run("machine", "retire-camera", listed.split()[0])[1] == "Yard camera is out of use.\n"
    assert run("machine", "cameras", code)[1] == ""

    database = Database.open(tmp_path / "data")
    with database.read() as connection:
        kinds = [entry.type for entry in audit.read(connection)]
    database.close()
    assert kinds[-3:] == ["camera-invited", "camera-added", "camera-retired"]
