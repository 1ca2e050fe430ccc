"""Labels as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from arsupport import plates
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from arsupport.journal.machines import Machine
    from arsupport.protocol.plates import PlateLanguage, PlateSize


def write(
    target: Path, machines: Sequence[Machine], origin: str, size: PlateSize, language: PlateLanguage, *, single: bool
) -> None:
    """Write one machine's label, or a sheet of A4 for each two or four, and say what is where.

    Raises:
        ArError: ``bad-config`` for a suffix that cannot be written, ``storage-failed``.
    """
    drawings = []
    for machine in machines:
        link = f"{origin}/m/{machine.code}"
        plate = plates.Plate(machine.name, machine.site, machine.code, machine.tag, link, language)
        drawings.append(plates.draw(plate, size))
    if target.suffix == ".pdf":
        data = plates.pdf(drawings[0]) if single else plates.sheet(drawings, target.stem)
    elif target.suffix == ".svg" and single:
        data = plates.svg(drawings[0]).encode()
    else:
        raise ArError(Code.BAD_CONFIG, f"{target}: a label is written as .pdf or .svg, a sheet of many as .pdf")
    try:
        target.write_bytes(data)
    except OSError as error:
        raise ArError(Code.STORAGE_FAILED, f"{target} cannot be written: {error.strerror}") from error
    typer.echo(f"{target}: {origin}/m/{machines[0].code}" if single else f"{target}: {len(machines)} labels")
    for text in sorted({text for drawing in drawings for text in drawing.left_out}):
        typer.echo(f"Not on the label, for want of letters that can be printed: {text}", err=True)
