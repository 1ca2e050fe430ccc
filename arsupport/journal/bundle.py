"""Export of a closed session with its proof, as one zip archive that can be read and checked without this product.

``README_TEXT`` says what is inside and how to check it by hand. Entries are stored, not compressed: media does not
shrink, and an archive that cannot be larger inside than outside cannot be a bomb.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import zipfile
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from arsupport.errors import ArError
from arsupport.journal import disk, events, files, manifests

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.journal.events import EventRow

log = structlog.get_logger()

README: Final = "README.txt"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PUBLIC_KEY: Final = "public-key.pem"
EVENTS: Final = "events.msgpack"
READABLE_EVENTS: Final = "events.jsonl"
FILES: Final = "files/"

README_TEXT: Final = r"""A debugging session with its proof
==================================

manifest.json    what the session held when it was closed: machine, times, number of events, the hash of the last
                 event (head), and name, size and SHA-256 of every file
manifest.sig     Ed25519 signature (64 bytes) over the 21 bytes "arsupport/manifest/1\n" followed by manifest.json
public-key.pem   the key it was made with. Compare it with the key that the installation gave you by another way:
                 a signature proves nothing if the key came with it
events.jsonl     everything that happened, one JSON object a line, for reading
events.msgpack   the same, as stored: MessagePack arrays one after another,
                 [sequence number, ms since 1970-01-01 UTC, type, body (bytes, MessagePack), hash (32 bytes)]
files/           recordings, stills, logs of positions

To check all of it:     arsupport verify <this archive>

To check it by hand, with other tools (unpack the archive first):

1. The signature:
     (printf 'arsupport/manifest/1\n'; cat manifest.json) > signed
     openssl pkeyutl -verify -rawin -pubin -inkey public-key.pem -in signed -sigfile manifest.sig
2. The files: compare  sha256sum files/*  with manifest.json.
3. The events. With || for joining bytes, numbers big-endian, texts in UTF-8, and
     text(x) = length of x in bytes as 4 bytes || x
   compute
     hash(0)   = SHA-256("arsupport/session/1\n" || text(session_id) || text(machine_id))
     hash(seq) = SHA-256("arsupport/event/1\n" || hash(seq - 1) || seq as 8 bytes || ms as 8 bytes
                         || text(type) || body)
   for seq = 1, 2, 3 … and compare each with the stored hash. The sequence must have no hole, its length must be
   event_count and the last hash must be head, both in manifest.json.
"""


def export_session(connection: Connection, folder: Path, session_id: str, out: Path) -> None:
    """Write a closed session into a zip archive; ``out`` appears complete or not at all. Blocks: for a thread.

    A file that is missing on disk is left out: the verification of the archive reports it.

    Raises:
        ArError: ``unknown-session`` when it does not exist or is open, ``disk-full`` or ``storage-failed``.
    """
    signed = manifests.get(connection, session_id)
    unfinished = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_STORED) as archive:
            archive.writestr(README, README_TEXT)
            archive.writestr(MANIFEST, signed.body)
            archive.writestr(SIGNATURE, signed.signature)
            archive.writestr(PUBLIC_KEY, _pem(signed.public_key))
            _write_lines(archive, EVENTS, map(packed, events.read(connection, session_id)))
            _write_lines(archive, READABLE_EVENTS, map(readable, events.read(connection, session_id)))
            for file in files.list_for_session(connection, session_id):
                _write_file(archive, folder, file)
        unfinished.replace(out)
    except OSError as failure:
        raise disk.as_ar_error(failure) from failure
    finally:
        unfinished.unlink(missing_ok=True)


def packed(event: EventRow) -> bytes:
    """Return an event as it stands in ``events.msgpack``."""
    return msgspec.msgpack.encode((event.seq, event.at_ms, event.type, event.body, event.hash))


def readable(event: EventRow) -> bytes:
    """Return an event as a line of ``events.jsonl``."""
    try:
        at = dt.datetime.fromtimestamp(event.at_ms / 1000, dt.UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError):
        at = ""
    line: dict[str, Any] = {"seq": event.seq, "at": at, "type": event.type, "hash": event.hash.hex()}
    try:
        return msgspec.json.encode(line | {"event": msgspec.msgpack.decode(event.body)}) + b"\n"
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):  # not written by this product
        return msgspec.json.encode(line | {"undecoded": base64.b64encode(event.body).decode()}) + b"\n"


def _pem(public_key: bytes) -> bytes:
    key = Ed25519PublicKey.from_public_bytes(public_key)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> None:
    with archive.open(name, "w", force_zip64=True) as entry:
        for line in lines:
            entry.write(line)


def _write_file(archive: zipfile.ZipFile, folder: Path, file: files.FileRow) -> None:
    try:
        archive.write(files.locate(folder, file), FILES + file.name)
    except (ArError, FileNotFoundError) as failure:
        log.warning("bundle.file_missing", session=file.session_id, file=file.name, reason=str(failure))
