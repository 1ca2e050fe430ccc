"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arsupport.config import ENV_FILE

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        envvar=ENV_FILE,
        metavar="FILE",
        help="Configuration (TOML). Without it, arsupport.toml in the current folder if there is one.",
    ),
]
