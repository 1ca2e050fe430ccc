"""A process that writes one report for the server, whose loop and memory are for calls, and ends.

Its arguments: data folder, session, descriptor of the file to write, language, public key in hexadecimal, now (ms UTC).
It prints what it made as JSON, or, with exit status ``REFUSED``, the code and the words of what went wrong.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import structlog

from arsupport.errors import ArError
from arsupport.journal.database import Database
from arsupport.protocol.plates import PlateLanguage
from arsupport.protocol.rest import Problem
from arsupport.report.process import REFUSED
from arsupport.report.write import write_report

if TYPE_CHECKING:
    from arsupport.report.written import Written

# Calls come first.
_NICENESS: Final = 10


def _make(folder: str, session: str, descriptor: str, language: str, key: str, now: str) -> Written:
    database = Database.open(Path(folder))
    try:
        with database.read() as connection, os.fdopen(int(descriptor), "wb") as out:
            return write_report(
                connection,
                Path(folder),
                session,
                out,
                language=PlateLanguage(language),
                trusted_key=bytes.fromhex(key),
                made_at_ms=int(now),
            )
    finally:
        database.close()


def main() -> None:
    """Write the report that the arguments ask for."""
    os.nice(_NICENESS)
    # Standard output is for the outcome alone.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        made = _make(*sys.argv[1:])
    except ArError as failure:
        sys.stdout.buffer.write(msgspec.json.encode(Problem(failure.code, failure.detail)))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(msgspec.json.encode(made))


if __name__ == "__main__":
    main()
