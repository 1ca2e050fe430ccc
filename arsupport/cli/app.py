"""The `arsupport` command: its sub-commands, and what it does with failures."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from arsupport.cli import backup, camera, certs, logs, machine, proof, report, run, user, video
from arsupport.config import LogConfig
from arsupport.errors import ArError

EXIT_REFUSED = 2

app = typer.Typer(
    name="arsupport",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - how typer calls the callback of an option
    if wanted:
        typer.echo(f"arsupport {version('arsupport')}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Remote help at a machine: an expert sees its camera and draws marks that stay on it; everything is logged.

    Try it, with a plant that is rendered:

        arsupport demo

    Use it:

        arsupport machine add "Press 4" --site "Hall 2"

        arsupport user add eva --role expert

        arsupport serve
    """
    logs.configure(LogConfig(level="warning"))


app.command()(run.serve)
app.command()(run.demo)
app.command()(camera.camera)
app.command()(run.selftest)
app.command()(certs.certs)
app.add_typer(machine.app, name="machine")
app.add_typer(user.app, name="user")
app.command()(backup.backup)
app.command()(proof.export)
app.command()(proof.verify)
app.command()(video.video)
app.command()(report.report)


def main() -> None:
    """Run the command line; a refusal is one line and exit status 2, a mistake of ours a traceback and 1."""
    try:
        app()
    except ArError as error:
        typer.echo(f"error: {error.detail or error.code.replace('-', ' ')} [{error.code}]", err=True)
        sys.exit(EXIT_REFUSED)
