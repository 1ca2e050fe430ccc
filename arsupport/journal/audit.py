"""What people did around the sessions: sign-ins, changes to users and machines, every view and export of a record.

One chain for the installation, hashed like a session's events (``chain.event_hash``); its hash before the first entry
is the SHA-256 of ``arsupport/audit/1`` and a line feed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import msgpack
from sqlalchemy import insert, select

from arsupport.journal import tables
from arsupport.journal.chain import event_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_FIRST_HASH: Final = sha256(b"arsupport/audit/1\n").digest()
_READ_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Deed:
    """Who (``actor``: a login, empty when not signed in), from which ``address``, to what, and more in words."""

    actor: str
    address: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A deed as stored. ``type`` is its kind, such as ``signed-in``."""

    seq: int
    at_ms: int
    type: str
    deed: Deed


def append(connection: Connection, *, at_ms: int, kind: str, deed: Deed) -> None:
    """Add an entry. Only within the one writer: it reads the entry before."""
    columns = tables.audit.c
    last = connection.execute(select(columns.seq, columns.hash).order_by(columns.seq.desc()).limit(1)).first()
    seq, previous = (1, _FIRST_HASH) if last is None else (last.seq + 1, last.hash)
    body: bytes = msgpack.packb(asdict(deed))
    row = {
        "seq": seq,
        "at_ms": at_ms,
        "type": kind,
        "body": body,
        "hash": event_hash(previous, seq, at_ms, kind, body),
    }
    connection.execute(insert(tables.audit).values(row))


def read(connection: Connection, *, after_seq: int = 0) -> Iterator[AuditEntry]:
    """Yield the entries after a sequence number, in order."""
    for row in _rows(connection, after_seq):
        yield AuditEntry(row.seq, row.at_ms, row.type, Deed(**msgpack.unpackb(row.body)))


def problems(connection: Connection) -> list[str]:
    """Return what does not fit in the chain: empty when no entry was changed, removed, inserted or moved.

    Entries cut off at the end cannot be seen from the chain alone.
    """
    found: list[str] = []
    previous, expected = _FIRST_HASH, 1
    for row in _rows(connection, 0):
        if row.seq != expected:
            found.append(f"audit entry {expected} is missing")
        elif row.hash != event_hash(previous, row.seq, row.at_ms, row.type, row.body):
            found.append(f"audit entry {row.seq} or the one before it was changed")
        previous, expected = row.hash, row.seq + 1
    return found


def _rows(connection: Connection, after_seq: int) -> Iterator[Any]:
    while True:
        query = select(tables.audit).where(tables.audit.c.seq > after_seq).order_by(tables.audit.c.seq)
        rows = connection.execute(query.limit(_READ_AT_ONCE)).all()
        yield from rows
        if len(rows) < _READ_AT_ONCE:
            return
        after_seq = rows[-1].seq
