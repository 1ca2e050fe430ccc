"""Writing a report in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from typing import TYPE_CHECKING, Final

import msgspec

from arsupport.errors import ArError, Code
from arsupport.protocol.rest import Problem
from arsupport.report.written import Written

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from arsupport.protocol.plates import PlateLanguage

REFUSED: Final = 2
LONGEST_SECONDS: Final = 600.0


async def write_beside(
    folder: Path, session_id: str, out: BinaryIO, *, language: PlateLanguage, trusted_key: bytes, made_at_ms: int
) -> Written:
    """Do what ``write_report`` does, in a process that ends with it.

    Raises:
        ArError: as ``write_report``; ``too-many`` after ``LONGEST_SECONDS``; ``internal`` when the process fails, which
            says why on standard error.
    """
    command = (sys.executable, "-m", "arsupport.report")
    what = (str(folder), session_id, str(out.fileno()), language.value, trusted_key.hex(), str(made_at_ms))
    process = await asyncio.create_subprocess_exec(*command, *what, stdin=DEVNULL, stdout=PIPE, pass_fds=[out.fileno()])
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            said, _ = await process.communicate()
    except TimeoutError:
        raise ArError(
            Code.TOO_MANY,
            f"This report takes longer than {LONGEST_SECONDS:.0f} s: it is made on the server, by `arsupport report`.",
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == REFUSED:
        problem = msgspec.json.decode(said, type=Problem)
        raise ArError(Code(problem.code), problem.detail)
    if process.returncode != 0:
        raise ArError(Code.INTERNAL, f"The report could not be written: its process ended with {process.returncode}.")
    return msgspec.json.decode(said, type=Written)
