"""One line outside the database for each closed session, so that cutting off the newest sessions is noticed.

The file is for copying elsewhere, often: who holds the data folder and its key can rewrite both the database and this
file, but not the copies. A line is a JSON object: ``number``, ``session_id``, ``closed_at_ms``, ``manifest`` (the
manifest's hash) and ``key`` (the public key's fingerprint), both in hexadecimal.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec

from arsupport.journal import keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from arsupport.journal.manifests import SignedManifest

CHECKPOINTS_NAME: Final = "checkpoints.log"


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody outside needs in order to notice that a closed session is gone or another one."""

    number: int
    session_id: str
    closed_at_ms: int
    manifest: str
    key: str


def of(signed: SignedManifest) -> Checkpoint:
    """Return the checkpoint of a manifest."""
    return Checkpoint(
        number=signed.number,
        session_id=signed.session_id,
        closed_at_ms=signed.decode().closed_at_ms,
        manifest=signed.hash.hex(),
        key=keys.fingerprint(signed.public_key),
    )


def append(path: Path, checkpoints: Iterable[Checkpoint]) -> None:
    """Add lines; they are on disk on return.

    Raises:
        OSError: when they are not.
    """
    lines = b"".join(msgspec.json.encode(checkpoint) + b"\n" for checkpoint in checkpoints)
    if not lines:
        return
    with path.open("ab") as file:
        if file.tell() and not path.read_bytes().endswith(b"\n"):
            lines = b"\n" + lines  # a line that was cut off by a full disk must not spoil the next one
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> list[Checkpoint]:
    """Return the checkpoints in a file, in its order; none when there is no file.

    A line that cannot be read counts as missing, which a verification reports: a full disk may have cut it off.

    Raises:
        OSError: when the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=Checkpoint))
        except msgspec.DecodeError:
            continue
    return found
