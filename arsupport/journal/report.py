"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """Kinds of problems, by what an auditor must look at."""

    EVENT_CHANGED = "event-changed"
    EVENT_MISSING = "event-missing"
    END_MISSING = "end-missing"
    MANIFEST_MISSING = "manifest-missing"
    MANIFEST_CHANGED = "manifest-changed"
    MANIFEST_DISAGREES = "manifest-disagrees"
    FOREIGN_KEY = "foreign-key"
    FILE_MISSING = "file-missing"
    FILE_CHANGED = "file-changed"
    FILE_UNEXPECTED = "file-unexpected"
    SESSION_MISSING = "session-missing"
    AUDIT_CHANGED = "audit-changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written. ``text`` says what and where."""

    finding: Finding
    text: str

    def __str__(self) -> str:
        return f"{self.finding}: {self.text}"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification.

    ``head`` is the last event's hash as recomputed, ``key`` the fingerprint of the key that signed (both in
    hexadecimal; empty when there is none). A report without problems on a session that is not ``closed`` says only that
    the chain is consistent in itself: nothing is signed yet.
    """

    session_id: str
    machine_id: str
    closed: bool
    events: int
    files: int
    head: str
    key: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.problems
