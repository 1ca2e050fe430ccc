"""`arsupport machine`: what can be helped with, and the labels that lead there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import load
from arsupport.errors import ArError, Code
from arsupport.protocol.plates import TAGS, PlateLanguage, PlateSize

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.journal.machines import Machine

app = typer.Typer(no_args_is_help=True, help="The machines: add one, list them, print a label.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people on site call it.")],
    site: Annotated[str, typer.Option(help="Where it stands.")],
    tag: Annotated[
        int | None,
        typer.Option(min=0, max=TAGS - 1, help="Number of the tag that is on it already; a free one if not given."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Add a machine and print its code, and the number of the tag on its label.

    For example:

        arsupport machine add "Press 4" --site "Hall 2"
    """
    from arsupport.cli import storage
    from arsupport.journal import machines

    with storage.opened(load(config)) as database, database.write() as connection:
        machine = machines.create(connection, name=name, site=site, at_ms=storage.now_ms(), tag=tag)
        storage.note(connection, "machine-added", machine.id, name)
    typer.echo(_line(machine))
    typer.echo(f"Its label: arsupport machine label {machine.code}", err=True)


@app.command("list")
def list_machines(config: ConfigFile = None) -> None:
    """List the machines in use: code, number of the tag on the label, name, site."""
    from arsupport.cli import storage
    from arsupport.journal import machines

    with storage.existing(load(config)) as database, database.read() as connection:
        found = machines.list_all(connection)
    for machine in found:
        typer.echo(_line(machine))
    if not found:
        typer.echo('No machines yet. Add one: arsupport machine add "Press 4" --site "Hall 2"', err=True)


@app.command()
def label(
    code: Annotated[str, typer.Argument(help="The machine's 6-character code; none with --site or --all.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write, .pdf or .svg; CODE.pdf if not given.")
    ] = None,
    size: Annotated[PlateSize, typer.Option(help="Paper that a label takes up; a larger tag is read from further.")] = (
        PlateSize.A6
    ),
    site: Annotated[str, typer.Option(help="Labels of all machines that stand there, on A4 to be cut.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Labels of all machines, on A4 to be cut.")] = False,
    language: Annotated[PlateLanguage, typer.Option(help="Of the words on it.")] = PlateLanguage.EN,
    config: ConfigFile = None,
) -> None:
    """Write the label of a machine: the tag that cameras read, QR code, link, code, name. Or those of many machines.

    Print it in its true size and put it next to the nameplate. A label opens nothing by itself: an expert admits each
    call.

    For example:

        arsupport machine label 7KQM2X --size a5 -o press-4.pdf

        arsupport machine label --site "Hall 2" -o hall-2.pdf
    """
    from arsupport.addresses import public_origin
    from arsupport.cli import labels, storage
    from arsupport.journal import machines

    if sum((bool(code), bool(site), every)) != 1:
        raise ArError(Code.BAD_CONFIG, "Name one machine by its code, or a site with --site, or all with --all.")
    settings = load(config)
    with storage.existing(settings) as database, database.read() as connection:
        if code:
            found = [_known(connection, code)]
        else:
            found = [machine for machine in machines.list_all(connection) if every or machine.site == site]
    if not found:
        raise ArError(Code.UNKNOWN_MACHINE, "No machine stands there. See: arsupport machine list")
    target = output or Path(f"{found[0].code}.pdf" if code else "labels.pdf")
    labels.write(target, found, public_origin(settings), size, language, single=bool(code))
    if settings.server.public_url is None:
        typer.echo(
            "Before you print it: this address changes with the network. Set server.public_url to one that stays, such "
            'as "https://help.plant.lan:8443", and write the label again.',
            err=True,
        )


@app.command("add-camera")
def add_camera(
    code: Annotated[str, typer.Argument(help="The machine's 6-character code.")],
    key_file: Annotated[Path, typer.Option(help="New file for the camera's key; the camera shows it to join.")],
    name: Annotated[str, typer.Option(help="What experts see.")] = "Camera",
    config: ConfigFile = None,
) -> None:
    """Give a machine a fixed camera.

    The key is printed nowhere and stored nowhere else: move the file to the computer that runs `arsupport camera`.

    For example:

        arsupport machine add-camera 7KQM2X --name "Hall camera" --key-file hall.key
    """
    from arsupport.cli import plant, storage

    with storage.existing(load(config)) as database, database.write() as connection:
        machine = _known(connection, code)
        try:
            plant.add_camera(connection, machine, name, key_file)
        except OSError as error:
            raise ArError(Code.STORAGE_FAILED, f"{key_file} cannot be written: {error.strerror}") from error
    typer.echo(f"{key_file}: the key of {name} at {machine.name}")


@app.command("enrol-camera")
def enrol_camera(
    code: Annotated[str, typer.Argument(help="The machine's 6-character code.")],
    name: Annotated[str, typer.Option(help="What experts see.")] = "Camera",
    config: ConfigFile = None,
) -> None:
    """Let a fixed camera come to a machine: print a token that works once and soon expires.

    Give it to `arsupport camera` on the computer that reaches the camera. It makes the camera's key there.

    For example:

        arsupport machine enrol-camera 7KQM2X --name "Hall camera"
    """
    from arsupport.addresses import public_origin
    from arsupport.cli import storage
    from arsupport.server import enrolments

    settings = load(config)
    minutes = settings.limits.enrolment_minutes
    with storage.existing(settings) as database, database.write() as connection:
        machine = _known(connection, code)
        token, _ = enrolments.offer(connection, machine, name, at_ms=storage.now_ms(), minutes=minutes)
        storage.note(connection, "camera-invited", machine.id, name)
    typer.echo(token)
    typer.echo(
        f"For {name} at {machine.name}, within {minutes} minutes, on the computer that reaches the camera:\n"
        f"arsupport camera --source rtsp://CAMERA/STREAM --machine {machine.code} --server {public_origin(settings)} "
        f"--key-file camera.key --token {token}",
        err=True,
    )


@app.command("cameras")
def list_cameras(
    code: Annotated[str, typer.Argument(help="The machine's 6-character code.")],
    config: ConfigFile = None,
) -> None:
    """List a machine's fixed cameras in use: id, name."""
    from arsupport.cli import storage
    from arsupport.journal import cameras

    with storage.existing(load(config)) as database, database.read() as connection:
        found = cameras.list_for_machine(connection, _known(connection, code).id)
    for camera in found:
        typer.echo(f"{camera.id}  {camera.name}")
    if not found:
        typer.echo(f"No cameras there. Let one come: arsupport machine enrol-camera {code}", err=True)


@app.command("retire-camera")
def retire_camera(
    camera_id: Annotated[str, typer.Argument(metavar="CAMERA", help="Its id, as `arsupport machine cameras` shows.")],
    config: ConfigFile = None,
) -> None:
    """Take a fixed camera out of use: from its next connection on, its key opens nothing."""
    from arsupport.cli import storage
    from arsupport.journal import cameras

    with storage.existing(load(config)) as database, database.write() as connection:
        camera = cameras.get(connection, camera_id)
        cameras.retire(connection, camera_id, at_ms=storage.now_ms())
        storage.note(connection, "camera-retired", camera.id, camera.name)
    typer.echo(f"{camera.name} is out of use.")


def _known(connection: Connection, code: str) -> Machine:
    from arsupport.journal import machines

    try:
        return machines.by_code(connection, code)
    except ArError as failure:
        raise ArError(failure.code, f"No machine has the code {code}. See: arsupport machine list") from failure


def _line(machine: Machine) -> str:
    return f"{machine.code}  {machine.tag:3}  {machine.name}, {machine.site}"
