"""`arsupport export` and `verify`: what an auditor takes along, and its check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arsupport.cli.options import ConfigFile

if TYPE_CHECKING:

    pass

EXIT_CHANGED = 1


def export(
    session: Annotated[str, typer.Argument(help="The session's id, as in the address of its replay.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; SESSION.zip if not given.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Export an ended session with its proof: events, recordings, pictures and the signed manifest in one ZIP file.

    Whoever has the file can check it with `arsupport verify`, without this server.

    For example:

        arsupport export 01JD2V… -o press-4.zip
    """


def verify(
    what: Annotated[
        str | None, typer.Argument(help="A session's id or an exported file; the whole installation if not given.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Check that nobody changed what was recorded. Exit status 1 when somebody did, with every broken place.

    For example:

        arsupport verify

        arsupport verify 01JD2V…

        arsupport verify press-4.zip
    """
