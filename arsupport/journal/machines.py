"""Machines: what sessions are about."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from arsupport.errors import ArError, Code
from arsupport.journal import tables
from arsupport.journal.ids import new_id
from arsupport.protocol.plates import TAGS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

CODE_LENGTH: Final = 6
CODE_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What people read from a label and type: without 0, 1, I, L and O, which they confuse."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine on a plant floor. ``site`` is where it stands; its plate shows ``code`` and the tag number ``tag``."""

    id: str
    code: str
    name: str
    site: str
    created_at_ms: int
    retired_at_ms: int | None
    tag: int


def create(
    connection: Connection, *, name: str, site: str, at_ms: int, code: str | None = None, tag: int | None = None
) -> Machine:
    """Add a machine, with a random code and a random tag unless they are given; a tag that no other machine ever had.

    Random, so that plates of two installations that meet on one plant floor hardly ever say the same.

    Raises:
        ArError: ``already-exists`` when another machine has this code or tag, ``too-many`` when all tags are taken.
    """
    chosen = _free_tag(connection) if tag is None else tag
    machine = Machine(new_id(), code or _random_code(), name, site, at_ms, None, chosen)
    row = {
        "id": machine.id,
        "code": machine.code,
        "name": name,
        "site": site,
        "created_at_ms": at_ms,
        "tag": machine.tag,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(tables.machines).values(row))
    except IntegrityError as failure:
        if code is not None and _taken(connection, tables.machines.c.code == code):
            raise ArError(Code.ALREADY_EXISTS, f"There is a machine with the code {code}.") from failure
        if tag is not None and _taken(connection, tables.machines.c.tag == tag):
            raise ArError(Code.ALREADY_EXISTS, f"There is a machine with the tag {tag}.") from failure
        # One in 887 million per machine, or a tag taken by another process since it was chosen: the next one will do.
        return create(connection, name=name, site=site, at_ms=at_ms, code=code, tag=tag)
    return machine


def get(connection: Connection, machine_id: str) -> Machine:
    """Return the machine with this id.

    Raises:
        ArError: ``unknown-machine``.
    """
    return _one(connection, tables.machines.c.id == machine_id)


def by_code(connection: Connection, code: str) -> Machine:
    """Return the machine with this code, typed in capitals or not.

    Raises:
        ArError: ``unknown-machine``.
    """
    return _one(connection, tables.machines.c.code == code.strip().upper())


def by_tag(connection: Connection, tag: int) -> Machine | None:
    """Return the machine that has this tag, in use or not; None when there is none."""
    row = connection.execute(select(tables.machines).where(tables.machines.c.tag == tag)).mappings().first()
    return None if row is None else Machine(**row)


def list_all(connection: Connection, *, retired: bool = False) -> list[Machine]:
    """Return the machines by site and name, retired ones only if asked for."""
    query = select(tables.machines).order_by(tables.machines.c.site, tables.machines.c.name, tables.machines.c.id)
    if not retired:
        query = query.where(tables.machines.c.retired_at_ms.is_(None))
    return [Machine(**row) for row in connection.execute(query).mappings()]


def retire(connection: Connection, machine_id: str, *, at_ms: int) -> None:
    """Take a machine out of use; its sessions stay.

    Raises:
        ArError: ``unknown-machine``.
    """
    change = update(tables.machines).where(tables.machines.c.id == machine_id).values(retired_at_ms=at_ms)
    if connection.execute(change).rowcount == 0:
        raise ArError(Code.UNKNOWN_MACHINE)


def _one(connection: Connection, condition: ColumnElement[bool]) -> Machine:
    row = connection.execute(select(tables.machines).where(condition)).mappings().first()
    if row is None:
        raise ArError(Code.UNKNOWN_MACHINE)
    return Machine(**row)


def _taken(connection: Connection, condition: ColumnElement[bool]) -> bool:
    return connection.execute(select(tables.machines.c.id).where(condition)).first() is not None


def _free_tag(connection: Connection) -> int:
    taken = set(connection.execute(select(tables.machines.c.tag)).scalars())
    free = [tag for tag in range(TAGS) if tag not in taken]
    if not free:
        raise ArError(Code.TOO_MANY, f"an installation has {TAGS} tags for machines, and each is on one")
    return secrets.choice(free)


def _random_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
