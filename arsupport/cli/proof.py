"""`arsupport export` and `verify`: what an auditor takes along, and its check."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import Config, load
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from arsupport.journal.report import Problem, Report

EXIT_CHANGED = 1


def export(
    session: Annotated[str, typer.Argument(help="The session's id, as in the address of its replay.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New file to write; SESSION.zip if not given.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Export an ended session with its proof: events, recordings, pictures and the signed manifest in one ZIP file.

    Whoever has the file can check it with `arsupport verify`, without this server.

    For example:

        arsupport export ab3f83672d0c288d -o press-4.zip
    """
    from arsupport.cli import storage
    from arsupport.journal import bundle

    settings = load(config)
    target = output or Path(f"{session}.zip")
    if target.exists():
        raise ArError(Code.ALREADY_EXISTS, f"{target} is there already: name another file with --output.")
    folder = storage.existing_folder(settings)
    with storage.opened(settings) as database:
        with database.write() as connection:
            storage.note(connection, "exported", session, str(target))
        with database.read() as connection:
            bundle.export_session(connection, folder, session, target)
    typer.echo(f"{target}: check it with `arsupport verify {target}`")


def verify(
    what: Annotated[
        str | None, typer.Argument(help="A session's id or an exported file; the whole installation if not given.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Check that nobody changed what was recorded. Exit status 1, and every broken place, when somebody did.

    An exported file is checked on any computer. What it says about who signed is the fingerprint of a key: compare it
    with the one that `arsupport verify SESSION` prints on the server.

    For example:

        arsupport verify

        arsupport verify ab3f83672d0c288d

        arsupport verify press-4.zip
    """
    if what is None:
        problems = asyncio.run(_installation(load(config)))
        _judge(problems, "every session and the audit trail are as they were written")
        return
    if Path(what).is_file():
        from arsupport.journal.bundle_verification import verify_bundle

        report = verify_bundle(Path(what))
    elif Path(what).name != what or Path(what).suffix:
        raise ArError(Code.NOT_FOUND, f"There is no file {what}. A session is named by its id alone.")
    else:
        report = asyncio.run(_session(load(config), what))
    _judge(report.problems, _summary(report))


async def _installation(config: Config) -> list[Problem]:
    from arsupport.cli import storage
    from arsupport.journal.journal import Journal
    from arsupport.journal.verification import verify_installation

    folder = storage.existing_folder(config)
    journal = Journal.open(folder)
    try:
        return await journal.read(
            lambda connection: verify_installation(connection, folder, trusted_key=journal.public_key)
        )
    finally:
        await journal.close()


async def _session(config: Config, session_id: str) -> Report:
    from arsupport.cli import storage
    from arsupport.journal.journal import Journal
    from arsupport.journal.verification import verify_session

    folder = storage.existing_folder(config)
    journal = Journal.open(folder)
    try:
        return await journal.read(
            lambda connection: verify_session(connection, folder, session_id, trusted_key=journal.public_key)
        )
    finally:
        await journal.close()


def _judge(problems: Iterable[Problem], otherwise: str) -> None:
    found = list(problems)
    for problem in found:
        typer.echo(str(problem))
    if found:
        typer.echo(f"not verified: {len(found)} problem{'s' if len(found) > 1 else ''}", err=True)
        raise typer.Exit(EXIT_CHANGED)
    typer.echo(f"verified: {otherwise}")


def _summary(report: Report) -> str:
    signed = f"signed by {report.key}" if report.closed else "still open, so nothing is signed yet"
    counted = f"{report.events} events, {report.files} files"
    return f"session {report.session_id}, {counted}, {signed}, last hash {report.head}"
