"""A machine's kept marks, out of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.journal import kept_marks as stored
from arsupport.protocol.codec import decode_stored
from arsupport.protocol.events import Event
from arsupport.session.kept_marks import ABOUT_KEEPING, AROUND_KEEPING, KeptMark, RetiredOutside, kept_marks

if TYPE_CHECKING:
    from collections.abc import Collection

    import msgspec
    from sqlalchemy import Connection


def marks_of(connection: Connection, machine_id: str) -> list[KeptMark]:
    """Return a machine's kept marks with their history, retired ones too, the most recently kept or found first."""
    about = stored.events_at(connection, machine_id, _tags(ABOUT_KEEPING))
    around = stored.events_in(connection, {session for session, _ in about}, _tags(AROUND_KEEPING))
    retired = stored.retirements(connection, machine_id)
    return kept_marks(
        [(session, decode_stored(body, Event)) for session, body in (*about, *around)],
        [RetiredOutside(one.kept, one.at_ms, one.who, one.reason) for one in retired],
    )


def _tags(kinds: Collection[type[msgspec.Struct]]) -> list[str]:
    return [str(kind.__struct_config__.tag) for kind in kinds]
