"""`arsupport video`: a session as a film with its marks, for whoever has no account here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import load
from arsupport.errors import ArError, Code


def video(
    session: Annotated[str, typer.Argument(help="The session's id, as in the address of its replay.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="New file to write; SESSION.mp4 if not given.")
    ] = None,
    camera: Annotated[
        str,
        typer.Option("--camera", help="Whose pictures: a participant's name or id. Needed when there were several."),
    ] = "",
    config: ConfigFile = None,
) -> None:
    """Write an ended session's pictures with their marks into an MP4 file that any player shows.

    Below the pictures stand session, time and camera. It has no sound and proves nothing: `arsupport export` does.

    For example:

        arsupport video ab3f83672d0c288d -o press-4.mp4
    """
    from arsupport.cli import storage
    from arsupport.video import export_film

    settings = load(config)
    target = output or Path(f"{session}.mp4")
    if target.exists():
        raise ArError(Code.ALREADY_EXISTS, f"{target} is there already: name another file with --output.")
    folder = storage.existing_folder(settings)
    told = -1

    def tell(done: float, whole: float) -> None:
        nonlocal told
        tenth = int(10 * done / whole) if whole > 0 else 10
        if tenth > told:
            told = tenth
            typer.echo(f"{10 * tenth} %", err=True)

    with storage.opened(settings) as database:
        with database.read() as connection:
            made = export_film(connection, folder, session, target, camera=camera, progress=tell)
        with database.write() as connection:
            storage.note(connection, "video-exported", session, str(target))
    left_out = f", {made.left_out_ms / 1000:.0f} s without a picture left out" if made.left_out_ms else ""
    typer.echo(f"{target}: {made.seconds:.0f} s, {made.frames} pictures{left_out}")
