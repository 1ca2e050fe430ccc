"""Events of sessions as what they say, for whoever asks for some kinds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from arsupport.journal import tables
from arsupport.protocol.codec import decode_stored
from arsupport.protocol.events import Event

if TYPE_CHECKING:
    from collections.abc import Collection

    import msgspec
    from sqlalchemy import Connection


def events_of(
    connection: Connection, session_ids: Collection[str], *types: type[msgspec.Struct]
) -> list[tuple[str, Event]]:
    """Return the events of some types, with their session's id, in order within each session."""
    columns = tables.events.c
    tags = [str(kind.__struct_config__.tag) for kind in types]
    query = (
        select(columns.session_id, columns.body)
        .where(columns.session_id.in_(session_ids), columns.type.in_(tags))
        .order_by(columns.session_id, columns.seq)
    )
    return [(row.session_id, decode_stored(row.body, Event)) for row in connection.execute(query)]
