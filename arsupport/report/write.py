"""A session on paper: reads what was recorded and writes it into a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from arsupport.errors import ArError, Code
from arsupport.journal import disk, machines, sessions
from arsupport.journal.blobs import Blobs
from arsupport.journal.verification import verify_session
from arsupport.report.album import Album
from arsupport.report.paper import Paper
from arsupport.report.positions import Positions
from arsupport.report.sections import Sections
from arsupport.report.sentences import Sentences
from arsupport.report.story import Instruction, story
from arsupport.report.words import Words
from arsupport.report.written import Written
from arsupport.video.record import ended
from arsupport.video.recorded import tracks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from sqlalchemy import Connection

    from arsupport.protocol.events import Event
    from arsupport.protocol.plates import PlateLanguage
    from arsupport.report.story import Story

# Of the hash, on every page: enough to tell reports apart.
_HEAD_DIGITS: Final = 16


def write_report(
    connection: Connection,
    folder: Path,
    session_id: str,
    out: BinaryIO,
    *,
    language: PlateLanguage,
    trusted_key: bytes,
    made_at_ms: int,
) -> Written:
    """Write a session that has ended as a PDF for reading.

    ``trusted_key`` is who must have signed. Every byte of the session is read for its verification, so this blocks for
    as long as that takes, and for some 50 ms for each picture: for a process of its own.

    Raises:
        ArError: ``unknown-session``, ``not-found`` while it runs, ``storage-corrupt`` when its log cannot be read,
            ``disk-full``, ``storage-failed``.
    """
    events = ended(connection, session_id)
    session = sessions.get(connection, session_id)
    machine = machines.get(connection, session.machine_id)
    words = Words(language)
    sentences = Sentences(words, events)
    told, recorded = _told(session_id, events), tracks(connection, session_id)
    proof = verify_session(connection, folder, session_id, trusted_key=trusted_key)
    positions = Positions(connection, folder, session_id, events, recorded)
    album = Album(Blobs(folder), sum(not isinstance(one, Instruction) for one in told.told) + len(told.pictures))
    characters = words.characters() | _characters(events) | set(f"{machine.name}{machine.site}{machine.code}")
    foot = words("report-foot", session=session_id, head=session.head.hex()[:_HEAD_DIGITS])
    paper = Paper(out, f"{words('report-title')} {session_id}", characters, foot)
    sections = Sections(paper, words, sentences, album)
    sections.title(session, machine, told, proof, made_at_ms)
    sections.people(told)
    sections.labels(told, machine.id)
    sections.marks(told, positions)
    sections.pictures(told)
    sections.gaps(events, recorded)
    sections.events(events)
    sections.proof(session_id, proof, made_at_ms)
    try:
        paper.finish(lambda page, pages: words("report-page", page=page, pages=pages))
        out.flush()
    except OSError as failure:
        raise disk.as_ar_error(failure) from failure
    return Written(paper.pages, paper.pictures, album.left_out)


def _told(session_id: str, events: Sequence[Event]) -> Story:
    try:
        return story(events)
    except (KeyError, ValueError) as failure:
        raise ArError(
            Code.STORAGE_CORRUPT,
            f"The log of session {session_id} is not what was written: events are missing or changed. Its verification "
            "says which.",
        ) from failure


def _characters(events: Sequence[Event]) -> set[str]:
    """Give every character of what events say."""
    texts: Iterable[str] = (
        value
        for event in events
        for value in (event.by, *msgspec.structs.astuple(event.body))
        if isinstance(value, str)
    )
    return set().union(*texts)
