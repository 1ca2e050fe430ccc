"""Verification of what is in the data folder: one session, or the whole installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from arsupport.errors import ArError
from arsupport.journal import audit, checkpoints, checks, events, files, keys, manifests, sessions
from arsupport.journal.manifests import ManifestFile
from arsupport.journal.report import Finding, Problem, Report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.journal.checkpoints import Checkpoint
    from arsupport.journal.manifests import SignedManifest
    from arsupport.journal.sessions import SessionRow

_WRONG_TYPES: Final = (TypeError, ValueError, AttributeError)
"""What comes of a text where bytes belong: SQLite lets whoever edits the file put anything anywhere."""


def verify_session(
    connection: Connection, folder: Path, session_id: str, *, trusted_key: bytes | None = None
) -> Report:
    """Check a session's events, manifest and files against each other.

    ``trusted_key`` (32 raw bytes) is who must have signed; without it, any key that fits its signature will do.

    Raises:
        ArError: ``unknown-session``.
    """
    session = sessions.get(connection, session_id)
    try:
        return _verify(connection, folder, session, trusted_key)
    except _WRONG_TYPES as failure:
        return Report(
            session_id=session_id,
            machine_id=str(session.machine_id),
            closed=session.closed_at_ms is not None,
            events=0,
            files=0,
            head="",
            key="",
            problems=(Problem(Finding.UNREADABLE, f"session {session_id} has a row that is none of ours: {failure}"),),
        )


def verify_installation(
    connection: Connection, folder: Path, *, trusted_key: bytes, outside: Sequence[Checkpoint] = ()
) -> list[Problem]:
    """Check every session, that no closed one is missing, and the audit trail; return all problems.

    ``outside`` are checkpoints from a copy of ``checkpoints.log`` that was kept elsewhere; the data folder's own are
    always compared.
    """
    noted = checkpoints.read(folder / checkpoints.CHECKPOINTS_NAME)
    signed = manifests.list_all(connection)
    try:
        problems = [Problem(Finding.AUDIT_CHANGED, text) for text in audit.problems(connection)]
        problems += _check_manifest_chain(signed)
        problems += _check_checkpoints(signed, [*noted, *outside])
    except _WRONG_TYPES as failure:
        problems = [Problem(Finding.UNREADABLE, f"the installation has a row that is none of ours: {failure}")]
    if signed and len({checkpoint.number for checkpoint in noted}) < len(signed):
        text = f"{checkpoints.CHECKPOINTS_NAME} does not name every closed session"
        problems.append(Problem(Finding.SESSION_MISSING, text))
    for session_id in sessions.list_ids(connection):
        problems += verify_session(connection, folder, session_id, trusted_key=trusted_key).problems
    return problems


def _verify(connection: Connection, folder: Path, session: SessionRow, trusted_key: bytes | None) -> Report:
    chain = checks.check_chain(session.id, session.machine_id, events.read(connection, session.id))
    problems = list(chain.problems)
    if (chain.count, chain.head) != (session.event_count, session.head):
        text = f"{chain.count} events are there, {session.event_count} were noted, or the last one is another"
        problems.append(Problem(Finding.END_MISSING, text))
    listed = files.list_for_session(connection, session.id)
    signed = _manifest_of(connection, session.id)
    if signed is not None:
        problems += checks.check_signature(signed, trusted_key)
        problems += _compare(signed, session, chain, listed)
    elif session.closed_at_ms is not None:
        problems.append(Problem(Finding.MANIFEST_MISSING, f"session {session.id} is closed, but nothing is signed"))
    for file in listed:
        problems += _check_file(folder, file)
    return Report(
        session_id=session.id,
        machine_id=session.machine_id,
        closed=session.closed_at_ms is not None,
        events=chain.count,
        files=len(listed),
        head=chain.head.hex(),
        key="" if signed is None else keys.fingerprint(signed.public_key),
        problems=tuple(problems),
    )


def _manifest_of(connection: Connection, session_id: str) -> SignedManifest | None:
    try:
        return manifests.get(connection, session_id)
    except ArError:
        return None


def _compare(
    signed: SignedManifest, session: SessionRow, chain: checks.ChainFound, listed: Sequence[files.FileRow]
) -> list[Problem]:
    manifest, problems = checks.decode(signed)
    if manifest is None:
        return problems
    found = {
        "number": signed.number,
        "session_id": session.id,
        "machine_id": session.machine_id,
        "opened_at_ms": session.opened_at_ms,
        "closed_at_ms": session.closed_at_ms,
        "event_count": chain.count,
        "head": chain.head.hex(),
        "files": tuple(msgspec.convert(file, ManifestFile, from_attributes=True) for file in listed),
    }
    return checks.check_against_manifest(manifest, found)


def _check_file(folder: Path, file: files.FileRow) -> list[Problem]:
    try:
        with files.locate(folder, file).open("rb") as content:
            return checks.check_content(file.name, content, size=file.size, digest=file.sha256)
    except (ArError, OSError) as failure:
        return [Problem(Finding.FILE_MISSING, f"file {file.name} cannot be read: {failure}")]


def _check_manifest_chain(signed: Sequence[SignedManifest]) -> list[Problem]:
    problems = []
    previous = b""
    for expected, manifest in enumerate(signed, start=1):
        content, _ = checks.decode(manifest)  # that it can be read is checked with its session
        if manifest.number != expected or (content is not None and content.previous != previous.hex()):
            text = f"manifest {manifest.number} does not follow the one before it: a closed session is missing"
            problems.append(Problem(Finding.SESSION_MISSING, text))
            break
        previous = manifest.hash
    return problems


def _check_checkpoints(signed: Sequence[SignedManifest], noted: Sequence[Checkpoint]) -> list[Problem]:
    present = {manifest.number: manifest for manifest in signed}
    problems: dict[str, Problem] = {}
    for checkpoint in noted:
        manifest = present.get(checkpoint.number)
        if manifest is None:
            text = f"session {checkpoint.session_id} was closed as number {checkpoint.number} and is missing"
            problems[text] = Problem(Finding.SESSION_MISSING, text)
        elif manifest.hash.hex() != checkpoint.manifest or keys.fingerprint(manifest.public_key) != checkpoint.key:
            text = f"manifest {checkpoint.number} is not what was noted when session {checkpoint.session_id} closed"
            problems[text] = Problem(Finding.MANIFEST_CHANGED, text)
    return list(problems.values())
