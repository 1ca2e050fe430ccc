"""Fixed cameras that belong to a machine. Only the digest of a camera's key is stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from arsupport.errors import ArError, Code
from arsupport.journal import tables
from arsupport.journal.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that may join as a participant without hands."""

    id: str
    machine_id: str
    name: str
    token_digest: str = field(repr=False)
    created_at_ms: int
    retired_at_ms: int | None


def create(connection: Connection, *, machine_id: str, name: str, token_digest: str, at_ms: int) -> Camera:
    """Add a camera to a machine."""
    camera = Camera(new_id(), machine_id, name, token_digest, at_ms, None)
    connection.execute(insert(tables.cameras).values(asdict(camera)))
    return camera


def get(connection: Connection, camera_id: str) -> Camera:
    """Return the camera with this id, also a retired one.

    Raises:
        ArError: ``unknown-camera``.
    """
    return _one(connection, tables.cameras.c.id == camera_id)


def by_token_digest(connection: Connection, token_digest: str) -> Camera:
    """Return the camera in use whose key has this digest.

    Raises:
        ArError: ``unknown-camera``.
    """
    columns = tables.cameras.c
    return _one(connection, (columns.token_digest == token_digest) & columns.retired_at_ms.is_(None))


def find(connection: Connection, token_digest: str) -> Camera | None:
    """Return the camera whose key has this digest, also a retired one."""
    row = connection.execute(select(tables.cameras).where(tables.cameras.c.token_digest == token_digest))
    found = row.mappings().first()
    return None if found is None else Camera(**found)


def list_for_machine(connection: Connection, machine_id: str) -> list[Camera]:
    """Return a machine's cameras in use, by name."""
    columns = tables.cameras.c
    query = (
        select(tables.cameras)
        .where(columns.machine_id == machine_id, columns.retired_at_ms.is_(None))
        .order_by(columns.name, columns.id)
    )
    return [Camera(**row) for row in connection.execute(query).mappings()]


def retire(connection: Connection, camera_id: str, *, at_ms: int) -> None:
    """Take a camera out of use: its key no longer works.

    Raises:
        ArError: ``unknown-camera``.
    """
    change = update(tables.cameras).where(tables.cameras.c.id == camera_id).values(retired_at_ms=at_ms)
    if connection.execute(change).rowcount == 0:
        raise ArError(Code.UNKNOWN_CAMERA)


def _one(connection: Connection, condition: ColumnElement[bool]) -> Camera:
    row = connection.execute(select(tables.cameras).where(condition)).mappings().first()
    if row is None:
        raise ArError(Code.UNKNOWN_CAMERA)
    return Camera(**row)
