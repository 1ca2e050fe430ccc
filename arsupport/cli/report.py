"""`arsupport report`: a session on paper, for whoever has no account here."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import Config, load
from arsupport.errors import ArError, Code
from arsupport.protocol.plates import PlateLanguage

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.report.written import Written


def report(
    session: Annotated[str, typer.Argument(help="The session's id, as in the address of its replay.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New file to write; SESSION.pdf if not given.")
    ] = None,
    language: Annotated[PlateLanguage, typer.Option(help="Language of the report's own words.")] = PlateLanguage.EN,
    config: ConfigFile = None,
) -> None:
    """Write an ended session as a PDF to read and print: people, marks with their pictures, gaps, events, proof.

    It is a copy for reading. The evidence is what `arsupport export` writes.

    For example:

        arsupport report ab3f83672d0c288d -o press-4.pdf --language de
    """
    target = output or Path(f"{session}.pdf")
    if target.exists():
        raise ArError(Code.ALREADY_EXISTS, f"{target} is there already: name another file with --output.")
    made = asyncio.run(_written(load(config), session, target, language))
    left_out = f", {made.left_out} pictures left out" if made.left_out else ""
    typer.echo(f"{target}: {made.pages} pages, {made.pictures} pictures{left_out}")


async def _written(config: Config, session: str, target: Path, language: PlateLanguage) -> Written:
    from arsupport.cli import storage
    from arsupport.journal import disk
    from arsupport.journal.journal import Journal
    from arsupport.report.write import write_report

    folder = storage.existing_folder(config)
    journal = Journal.open(folder)

    def write(connection: Connection) -> Written:
        # It appears complete or not at all.
        unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with unfinished.open("xb") as file:
                made = write_report(
                    connection,
                    folder,
                    session,
                    file,
                    language=language,
                    trusted_key=journal.public_key,
                    made_at_ms=storage.now_ms(),
                )
            unfinished.replace(target)
        except OSError as failure:
            raise disk.as_ar_error(failure) from failure
        finally:
            unfinished.unlink(missing_ok=True)
        return made

    try:
        made = await journal.read(write)
        await journal.write(lambda connection: storage.note(connection, "report-exported", session, str(target)))
    finally:
        await journal.close()
    return made
