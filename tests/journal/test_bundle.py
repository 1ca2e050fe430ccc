from __future__ import annotations

import asyncio
import json
import struct
import subprocess
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING

import msgpack
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from arsupport.errors import ArError, Code
from arsupport.journal import bundle, keys
from arsupport.journal.bundle import export_session
from arsupport.journal.bundle_verification import verify_bundle
from arsupport.journal.manifests import DOMAIN
from arsupport.journal.report import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.journal.conftest import Plant


@pytest.fixture
async def exported(plant: Plant, tmp_path: Path) -> Path:
    session, out, journal = await plant.closed_session(5), tmp_path / "session.zip", plant.journal
    await journal.read(lambda connection: export_session(connection, journal.folder, session, out))
    return out


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, entries: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def findings(path: Path, trusted_key: bytes | None = None) -> set[Finding]:
    return {problem.finding for problem in verify_bundle(path, trusted_key=trusted_key).problems}


async def test_an_untouched_bundle_verifies(plant: Plant, exported: Path) -> None:
    report = verify_bundle(exported, trusted_key=plant.journal.public_key)
    assert report.ok
    assert (report.events, report.files, report.key) == (5, 1, keys.fingerprint(plant.journal.public_key))


def test_an_auditor_can_check_it_from_the_readme_alone(exported: Path, tmp_path: Path) -> None:
    """Follows README.txt with other tools, and with none of our code."""
    entries = contents(exported)
    for name, data in entries.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    lines = [line.strip() for line in entries["README.txt"].decode().splitlines()]
    script = "\n".join(line for line in lines if line.startswith(("(printf", "openssl")))
    checked = subprocess.run(["sh", "-ec", script], cwd=tmp_path, check=True, capture_output=True)
    assert b"Verified Successfully" in checked.stdout
    manifest = json.loads(entries["manifest.json"])
    for file in manifest["files"]:
        assert sha256(entries["files/" + file["name"]]).hexdigest() == file["sha256"]

    def text(value: str) -> bytes:
        return struct.pack(">I", len(value.encode())) + value.encode()

    head = sha256(b"arsupport/session/1\n" + text(manifest["session_id"]) + text(manifest["machine_id"])).digest()
    unpacker = msgpack.Unpacker()
    unpacker.feed(entries["events.msgpack"])
    count = 0
    for seq, at_ms, kind, body, stored in unpacker:
        count += 1
        assert seq == count
        head = sha256(b"arsupport/event/1\n" + head + struct.pack(">QQ", seq, at_ms) + text(kind) + body).digest()
        assert head == stored
    assert (count, head.hex()) == (manifest["event_count"], manifest["head"])


def test_events_can_be_read_without_the_product(exported: Path) -> None:
    lines = [json.loads(line) for line in contents(exported)["events.jsonl"].splitlines()]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5]
    assert lines[0]["at"] == "1970-01-01T00:00:01.001+00:00"
    assert lines[0]["event"] == {"type": "marked", "number": 1, "bytes": "AP8="}


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        ("manifest.json", b"Hall 2", b"Hall 3", Finding.MANIFEST_CHANGED),
        ("events.msgpack", b"\x03", b"\x04", Finding.EVENT_CHANGED),
        ("events.jsonl", b'"number":3', b'"number":4', Finding.FILE_CHANGED),
        ("files/still-1.jpg", b"picture", b"Picture", Finding.FILE_CHANGED),
    ],
)
def test_a_changed_entry_is_found(
    exported: Path, tmp_path: Path, name: str, old: bytes, new: bytes, finding: Finding
) -> None:
    entries = contents(exported)
    assert old in entries[name]
    entries[name] = entries[name].replace(old, new)
    assert finding in findings(pack(tmp_path / "changed.zip", entries))


def test_missing_and_additional_files_are_found(exported: Path, tmp_path: Path) -> None:
    entries = contents(exported)
    entries["files/../../evil.jpg"] = entries.pop("files/still-1.jpg")
    assert findings(pack(tmp_path / "changed.zip", entries)) == {Finding.FILE_MISSING, Finding.FILE_UNEXPECTED}


async def test_a_bundle_signed_by_somebody_else_is_found(plant: Plant, exported: Path, tmp_path: Path) -> None:
    entries, key = contents(exported), Ed25519PrivateKey.generate()
    entries["manifest.json"] = entries["manifest.json"].replace(b"Hall 2", b"Hall 3")
    entries["manifest.sig"] = key.sign(DOMAIN + entries["manifest.json"])
    entries["public-key.pem"] = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forged = pack(tmp_path / "forged.zip", entries)
    assert verify_bundle(forged).key != keys.fingerprint(plant.journal.public_key)
    assert findings(forged, plant.journal.public_key) == {Finding.FOREIGN_KEY}


def test_a_bomb_is_refused_before_it_is_unpacked(exported: Path, tmp_path: Path) -> None:
    entries = contents(exported) | {"files/still-1.jpg": bytes(50_000_000)}
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    with pytest.raises(ArError) as refusal:
        verify_bundle(tmp_path / "bomb.zip")
    assert refusal.value.code is Code.BAD_MESSAGE


@pytest.mark.parametrize("name", [bundle.MANIFEST, bundle.PUBLIC_KEY, bundle.EVENTS])
def test_a_part_that_is_garbage_is_said(exported: Path, tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / "broken.zip", contents(exported) | {name: b"\xc1garbage"})
    with pytest.raises(ArError) as refusal:
        verify_bundle(path)
    assert refusal.value.code is Code.BAD_MESSAGE


def test_a_garbage_signature_is_found(exported: Path, tmp_path: Path) -> None:
    path = pack(tmp_path / "broken.zip", contents(exported) | {bundle.SIGNATURE: b"\xc1garbage"})
    assert findings(path) == {Finding.MANIFEST_CHANGED}


@pytest.mark.parametrize("name", [bundle.MANIFEST, bundle.SIGNATURE, bundle.PUBLIC_KEY, bundle.EVENTS])
def test_a_part_that_is_missing_is_said(exported: Path, tmp_path: Path, name: str) -> None:
    rest = {other: data for other, data in contents(exported).items() if other != name}
    with pytest.raises(ArError) as refusal:
        verify_bundle(pack(tmp_path / "broken.zip", rest))
    assert refusal.value.code is Code.BAD_MESSAGE


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "session.zip").write_bytes(b"PK\x03\x04 not really")
    for name, code in (("session.zip", Code.BAD_MESSAGE), ("nothing.zip", Code.UNKNOWN_FILE)):
        with pytest.raises(ArError) as refusal:
            verify_bundle(tmp_path / name)
        assert refusal.value.code is code


async def test_an_open_session_cannot_be_exported(plant: Plant, tmp_path: Path) -> None:
    session, journal = await plant.open_session(2), plant.journal
    with pytest.raises(ArError) as refusal:
        await journal.read(lambda connection: export_session(connection, journal.folder, session, tmp_path / "out.zip"))
    assert refusal.value.code is Code.UNKNOWN_SESSION
    assert {path.name for path in await asyncio.to_thread(lambda: list(tmp_path.iterdir()))} == {"data"}
