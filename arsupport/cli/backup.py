"""`arsupport backup`: a copy of everything that must not be lost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import load


def backup(
    folder: Annotated[Path, typer.Argument(help="Where the copy is, or is to be: outside the data folder.")],
    config: ConfigFile = None,
) -> None:
    """Copy the data folder, also while the server runs. A second time into the same folder copies only what is new.

    The copy is a data folder: to go back to it, stop the server, put the copy in the data folder's place, and start.
    It holds every key: keep it as safe as the server.

    For example:

        arsupport backup /mnt/backup/arsupport
    """
    from arsupport.cli import storage
    from arsupport.journal.backup import back_up

    copied = back_up(storage.existing_folder(load(config)), folder)
    typer.echo(f"{folder}: up to date; {copied} files were copied")
