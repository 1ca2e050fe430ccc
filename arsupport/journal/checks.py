"""The checks that a session in the database and a session in a bundle have in common."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final

import msgspec

from arsupport.journal.chain import event_hash, first_hash
from arsupport.journal.manifests import Manifest, SignedManifest, manifest_hash
from arsupport.journal.report import Finding, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from arsupport.journal.events import EventRow

PROBLEM_LIMIT: Final = 100
"""Broken places of one chain that are reported; the rest adds nothing."""
_READ_AT_ONCE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ChainFound:
    """What the events add up to: their number, the recomputed hash of the last one, and what is wrong with them."""

    count: int
    head: bytes
    problems: list[Problem]


def check_chain(session_id: str, machine_id: str, events: Iterable[EventRow]) -> ChainFound:
    """Recompute the chain. After a break it goes on from the stored hash, so that each broken place is named once."""
    head = previous = first_hash(session_id, machine_id)
    count = last = 0
    problems: list[Problem] = []
    for event in events:
        count += 1
        if event.seq != last + 1:
            problems.append(Problem(Finding.EVENT_MISSING, f"event {event.seq} follows event {last}"))
        head = _hash_of(previous, event)
        if head != event.hash:
            problems.append(Problem(Finding.EVENT_CHANGED, f"event {event.seq} is not what was hashed"))
        previous, last = event.hash, event.seq
    return ChainFound(count, head, problems[:PROBLEM_LIMIT])


def _hash_of(previous: bytes, event: EventRow) -> bytes:
    try:
        return event_hash(previous, event.seq, event.at_ms, event.type, event.body)
    except OverflowError:  # no number that was ever hashed
        return b""


def check_signature(signed: SignedManifest, trusted_key: bytes | None) -> list[Problem]:
    """Check that a manifest is what was signed, by the trusted key (32 raw bytes) if one is given."""
    name = f"the manifest of session {signed.session_id}"
    problems = []
    if manifest_hash(signed.body) != signed.hash or not signed.is_signed():
        problems.append(Problem(Finding.MANIFEST_CHANGED, f"{name} is not what was signed"))
    if trusted_key is not None and signed.public_key != trusted_key:
        problems.append(Problem(Finding.FOREIGN_KEY, f"{name} is signed by another key"))
    return problems


def decode(signed: SignedManifest) -> tuple[Manifest | None, list[Problem]]:
    """Read a manifest that may be broken."""
    try:
        return signed.decode(), []
    except msgspec.DecodeError as failure:
        return None, [Problem(Finding.MANIFEST_CHANGED, f"the manifest cannot be read: {failure}")]


def check_against_manifest(manifest: Manifest, found: Mapping[str, object]) -> list[Problem]:
    """Compare what was found, by the manifest's field names, with what the manifest says."""
    return [
        Problem(Finding.MANIFEST_DISAGREES, f"{name} is {value}, the manifest says {getattr(manifest, name)}")
        for name, value in found.items()
        if getattr(manifest, name) != value
    ]


def check_content(name: str, content: IO[bytes], *, size: int, digest: str) -> list[Problem]:
    """Compare a file's content with its size and SHA-256 (hexadecimal); reads at most one block beyond ``size``."""
    seen, hasher = 0, sha256()
    while seen <= size and (block := content.read(_READ_AT_ONCE)):
        seen += len(block)
        hasher.update(block)
    if seen == size and hasher.hexdigest() == digest:
        return []
    return [Problem(Finding.FILE_CHANGED, f"file {name} is not what was recorded")]
