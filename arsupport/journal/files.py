"""Files of a session: recordings, stills, annotated frames, pose logs. The bytes are in the data folder, not here."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from arsupport.errors import ArError, Code
from arsupport.journal import sessions, tables
from arsupport.journal.ids import new_id

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file that is on disk and never changes again.

    ``path`` is relative to the data folder, with ``/``. ``sha256`` is in hexadecimal, ``size`` in bytes. ``name`` is
    unique in its session and is the file's name in a bundle. ``details`` is for facts that only files of this kind
    have, encoded by whoever adds the file.
    """

    name: str
    kind: str
    media_type: str
    path: str
    sha256: str
    size: int
    created_at_ms: int
    details: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow(NewFile):
    """A file that belongs to a session."""

    id: str
    session_id: str


def add(connection: Connection, session_id: str, file: NewFile) -> FileRow:
    """Enter a file into an open session.

    Raises:
        ArError: ``unknown-session``, ``session-ended``, ``already-exists`` when the session has a file of this name, or
            ``internal`` when the name is no plain file name.
    """
    if not _NAME.fullmatch(file.name):
        raise ArError(Code.INTERNAL, f"{file.name!r} is no name for a file")
    sessions.get_open(connection, session_id)
    row = FileRow(id=new_id(), session_id=session_id, **asdict(file))
    try:
        with connection.begin_nested():
            connection.execute(insert(tables.files).values(asdict(row)))
    except IntegrityError as failure:
        raise ArError(Code.ALREADY_EXISTS, f"Session {session_id} has a file {file.name}.") from failure
    return row


def get(connection: Connection, file_id: str) -> FileRow:
    """Return the file with this id.

    Raises:
        ArError: ``unknown-file``.
    """
    row = connection.execute(select(tables.files).where(tables.files.c.id == file_id)).mappings().first()
    if row is None:
        raise ArError(Code.UNKNOWN_FILE)
    return FileRow(**row)


def list_for_session(connection: Connection, session_id: str, *, kind: str | None = None) -> list[FileRow]:
    """Return a session's files (of one kind), in the order in which they were made."""
    columns = tables.files.c
    query = select(tables.files).where(columns.session_id == session_id)
    if kind is not None:
        query = query.where(columns.kind == kind)
    query = query.order_by(columns.created_at_ms, columns.name)
    return [FileRow(**row) for row in connection.execute(query).mappings()]


def locate(folder: Path, file: NewFile) -> Path:
    """Return where a file is, given the data folder.

    Raises:
        ArError: ``unknown-file`` when its path leads out of the data folder.
    """
    path = (folder / file.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ArError(Code.UNKNOWN_FILE, f"{file.path!r} is not in the data folder")
    return path
