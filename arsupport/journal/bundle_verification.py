"""Verification of a bundle: with nothing but the archive, which may come from anybody."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final

import msgpack
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from arsupport.errors import ArError, Code
from arsupport.journal import bundle, checks, keys
from arsupport.journal.events import BODY_LIMIT, EventRow
from arsupport.journal.manifests import Manifest, SignedManifest, manifest_hash
from arsupport.journal.report import Finding, Problem, Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENTRY_LIMIT: Final = 100_000
"""Entries of an archive: an hour of ten tracks in 10 s segments is 7,200."""
MANIFEST_LIMIT: Final = 32 * 1024 * 1024
_SMALL_LIMIT: Final = 64 * 1024
_EVENT_LIMIT: Final = BODY_LIMIT + _SMALL_LIMIT
_FIXED: Final = {
    bundle.README,
    bundle.MANIFEST,
    bundle.SIGNATURE,
    bundle.PUBLIC_KEY,
    bundle.EVENTS,
    bundle.READABLE_EVENTS,
}


class _Tally:
    """Size and SHA-256 of what should be in a file."""

    def __init__(self) -> None:
        self.size = 0
        self._hasher = sha256()

    def add(self, data: bytes) -> None:
        self.size += len(data)
        self._hasher.update(data)

    @property
    def digest(self) -> str:
        return self._hasher.hexdigest()


def verify_bundle(path: Path, *, trusted_key: bytes | None = None) -> Report:
    """Check a bundle's signature, events and files. Nothing is unpacked.

    ``trusted_key`` (32 raw bytes) is who must have signed. Without it, compare the report's ``key`` with what the
    installation gave by another way: everybody can sign with a key of their own.

    Raises:
        ArError: ``bad-message`` when this is no bundle, or one that could not have been made by ``export_session``;
            ``unknown-file`` when it cannot be opened.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, path.stat().st_size)
            return _verify(archive, trusted_key)
    except OSError as failure:
        raise ArError(Code.UNKNOWN_FILE, f"Cannot open {path}: {failure.strerror}.") from failure
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError) as failure:
        raise ArError(Code.BAD_MESSAGE, f"{path.name} is not a whole bundle: {failure}") from failure


def _check_archive(archive: zipfile.ZipFile, size: int) -> None:
    """Refuse archives that could cost more than their own size to read."""
    entries = archive.infolist()
    stored = all(entry.compress_type == zipfile.ZIP_STORED and entry.flag_bits & 1 == 0 for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    names = {entry.filename for entry in entries}
    if not stored or unpacked > size or len(entries) > ENTRY_LIMIT or len(names) < len(entries):
        raise ArError(Code.BAD_MESSAGE, "This archive was not written by an export.")


def _verify(archive: zipfile.ZipFile, trusted_key: bytes | None) -> Report:
    body = _whole(archive, bundle.MANIFEST, MANIFEST_LIMIT)
    signed = SignedManifest(
        number=0,
        session_id="",
        body=body,
        hash=manifest_hash(body),
        public_key=_public_key(_whole(archive, bundle.PUBLIC_KEY, _SMALL_LIMIT)),
        signature=_whole(archive, bundle.SIGNATURE, _SMALL_LIMIT),
    )
    manifest, problems = checks.decode(signed)
    if manifest is None:
        raise ArError(Code.BAD_MESSAGE, str(problems[0]))
    problems += checks.check_signature(signed, trusted_key)
    lines = _Tally()
    chain = checks.check_chain(manifest.session_id, manifest.machine_id, _events(archive, lines))
    problems += chain.problems
    problems += checks.check_against_manifest(manifest, {"event_count": chain.count, "head": chain.head.hex()})
    with archive.open(bundle.READABLE_EVENTS) as content:
        problems += checks.check_content(bundle.READABLE_EVENTS, content, size=lines.size, digest=lines.digest)
    problems += _check_files(archive, manifest)
    return Report(
        session_id=manifest.session_id,
        machine_id=manifest.machine_id,
        closed=True,
        events=chain.count,
        files=len(manifest.files),
        head=chain.head.hex(),
        key=keys.fingerprint(signed.public_key),
        problems=tuple(problems),
    )


def _whole(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    if archive.getinfo(name).file_size > limit:
        raise ArError(Code.BAD_MESSAGE, f"{name} is larger than {limit} bytes.")
    return archive.read(name)


def _public_key(pem: bytes) -> bytes:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as failure:
        raise ArError(Code.BAD_MESSAGE, f"{bundle.PUBLIC_KEY} holds no public key.") from failure
    if not isinstance(key, Ed25519PublicKey):
        raise ArError(Code.BAD_MESSAGE, f"{bundle.PUBLIC_KEY} holds no Ed25519 key.")
    return key.public_bytes_raw()


def _events(archive: zipfile.ZipFile, lines: _Tally) -> Iterator[EventRow]:
    """Yield the stored events; ``lines`` takes what the readable form of each should be."""
    with archive.open(bundle.EVENTS) as entry:
        for fields in _arrays(entry):
            match fields:
                case [int() as seq, int() as at_ms, str() as kind, bytes() as body, bytes() as digest]:
                    event = EventRow(seq, at_ms, kind, body, digest)
                case _:
                    raise ArError(Code.BAD_MESSAGE, f"{bundle.EVENTS} holds something else than events.")
            lines.add(bundle.readable(event))
            yield event


def _arrays(entry: IO[bytes]) -> Iterator[object]:
    unpacker = msgpack.Unpacker(
        entry,
        max_buffer_size=2 * _EVENT_LIMIT,
        max_bin_len=BODY_LIMIT,
        max_str_len=_SMALL_LIMIT,
        max_array_len=5,
        max_map_len=0,
        max_ext_len=0,
    )
    try:
        yield from unpacker
    except (ValueError, msgpack.UnpackException) as failure:
        raise ArError(Code.BAD_MESSAGE, f"{bundle.EVENTS} cannot be read.") from failure


def _check_files(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[Problem]:
    expected = {bundle.FILES + file.name: file for file in manifest.files}
    present = set(archive.namelist())
    for name in sorted(present - expected.keys() - _FIXED):
        yield Problem(Finding.FILE_UNEXPECTED, f"{name} does not belong to the session")
    for name, file in expected.items():
        if name not in present:
            yield Problem(Finding.FILE_MISSING, f"file {file.name} is missing")
            continue
        with archive.open(name) as content:
            yield from checks.check_content(file.name, content, size=file.size, digest=file.sha256)
