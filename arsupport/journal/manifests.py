r"""Manifests: what a closed session consisted of, signed, each with the hash of the one before.

A manifest is a JSON text (UTF-8), signed and stored as the same bytes. With ``‖`` for joining bytes::

    hash      = SHA-256("arsupport/manifest/1\n" ‖ manifest)
    signature = Ed25519("arsupport/manifest/1\n" ‖ manifest)          RFC 8032

Its ``previous`` is the hash of the manifest whose ``number`` is one less (empty for number 1), so that no closed
session can be taken out from between others. ``head`` is the hash of the session's last event (see ``chain``).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Select, insert, select

from arsupport.errors import ArError, Code
from arsupport.journal import files, keys, machines, sessions, tables

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlalchemy import Connection

DOMAIN: Final = b"arsupport/manifest/1\n"


class ManifestFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the session: ``size`` in bytes, ``sha256`` in hexadecimal."""

    name: str
    kind: str
    media_type: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was true when the session closed. Hashes are in hexadecimal, times in milliseconds since 1970, UTC."""

    number: int
    previous: str
    session_id: str
    machine_id: str
    machine_code: str
    machine_name: str
    site: str
    opened_at_ms: int
    closed_at_ms: int
    event_count: int
    head: str
    files: tuple[ManifestFile, ...]


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A manifest as stored. ``body`` is the signed text; nothing here was checked yet."""

    number: int
    session_id: str
    body: bytes
    hash: bytes
    public_key: bytes
    signature: bytes

    def decode(self) -> Manifest:
        """Read the text.

        Raises:
            msgspec.ValidationError: when it is no manifest.
            msgspec.DecodeError: when it is no JSON.
        """
        return msgspec.json.decode(self.body, type=Manifest)

    def is_signed(self) -> bool:
        """Whether the owner of ``public_key`` signed ``body``. Whose key that is, is another question."""
        return keys.signature_fits(self.public_key, self.signature, DOMAIN + self.body)


def manifest_hash(body: bytes) -> bytes:
    """Return the hash by which the next manifest, and the checkpoint, name this one (32 bytes)."""
    return sha256(DOMAIN + body).digest()


def close_session(connection: Connection, session_id: str, key: Ed25519PrivateKey, *, at_ms: int) -> SignedManifest:
    """Close a session: nothing can be added to it any more, and what it holds is signed.

    Raises:
        ArError: ``unknown-session`` or ``session-ended``.
    """
    session = sessions.get_open(connection, session_id)
    machine = machines.get(connection, session.machine_id)
    previous = newest(connection)
    listed = files.list_for_session(connection, session_id)
    manifest = Manifest(
        number=1 if previous is None else previous.number + 1,
        previous="" if previous is None else previous.hash.hex(),
        session_id=session.id,
        machine_id=machine.id,
        machine_code=machine.code,
        machine_name=machine.name,
        site=machine.site,
        opened_at_ms=session.opened_at_ms,
        closed_at_ms=at_ms,
        event_count=session.event_count,
        head=session.head.hex(),
        files=tuple(msgspec.convert(file, ManifestFile, from_attributes=True) for file in listed),
    )
    body = msgspec.json.format(msgspec.json.encode(manifest))
    signed = SignedManifest(
        manifest.number, session.id, body, manifest_hash(body), keys.public_bytes(key), key.sign(DOMAIN + body)
    )
    sessions.mark_closed(connection, session_id, at_ms=at_ms)
    connection.execute(insert(tables.manifests).values({name: getattr(signed, name) for name in signed.__slots__}))
    return signed


def newest(connection: Connection) -> SignedManifest | None:
    """Return the manifest of the session that was closed last."""
    found = _all(connection, select(tables.manifests).order_by(tables.manifests.c.number.desc()).limit(1))
    return found[0] if found else None


def get(connection: Connection, session_id: str) -> SignedManifest:
    """Return a closed session's manifest.

    Raises:
        ArError: ``unknown-session`` when there is no such session or it is still open.
    """
    found = _all(connection, select(tables.manifests).where(tables.manifests.c.session_id == session_id))
    if not found:
        raise ArError(Code.UNKNOWN_SESSION, f"There is no closed session {session_id}.")
    return found[0]


def list_all(connection: Connection, *, after_number: int = 0) -> list[SignedManifest]:
    """Return the manifests after a number, in the order of their numbers."""
    columns = tables.manifests.c
    query = select(tables.manifests).where(columns.number > after_number).order_by(columns.number)
    return _all(connection, query)


def _all(connection: Connection, query: Select[Any]) -> list[SignedManifest]:
    return [SignedManifest(**row) for row in connection.execute(query).mappings()]
