"""`arsupport camera`: the agent of one fixed camera."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from arsupport.cli import logs
from arsupport.config import LogConfig


def camera(  # noqa: PLR0913, PLR0917 - each parameter is an option
    server: Annotated[str, typer.Option(help="The server's address, such as https://help.plant.lan:8443.")],
    key_file: Annotated[Path, typer.Option(help="File with the camera's key; made when the camera enrols.")],
    source: Annotated[
        str,
        typer.Option(
            envvar="ARSUPPORT_CAMERA_SOURCE",
            help="rtsp:// or rtsps:// address, video device such as /dev/video0, file, or demo for the rendered plant.",
        ),
    ] = "",
    token: Annotated[
        str, typer.Option(help="One-time token of `arsupport machine enrol-camera`; needed the first time only.")
    ] = "",
    machine: Annotated[
        str, typer.Option(help="Code of the machine that this camera looks at: it is shown at no other one.")
    ] = "",
    encode: Annotated[
        bool, typer.Option("--encode", help="Encode the pictures anew, even if they could be passed through.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="The same as --source demo.")] = False,
    seed: Annotated[int, typer.Option(help="Which rendered plant, and which movement of the hand.")] = 1,
    ca: Annotated[
        Path | None, typer.Option(help="Certificate of the authority to trust (PEM); without it, those of the system.")
    ] = None,
    while_stdin_open: Annotated[bool, typer.Option("--while-stdin-open", hidden=True)] = False,
) -> None:
    """Offer a fixed camera to a server, until Ctrl+C. An expert calls it from the console.

    For example:

        arsupport machine enrol-camera 7KQM2X --name "Hall camera"

        arsupport camera --source rtsp://192.168.1.20/stream1 --server https://help.plant.lan:8443 \
            --key-file hall.key --token TOKEN

        arsupport camera --source demo --server https://localhost:8443 --key-file demo.key --ca certs/authority.crt
    """
    from arsupport.camera.enrolment import enrol, read_key, read_or_make_key
    from arsupport.camera.run import run_demo_camera, run_source_camera, trusting
    from arsupport.camera.signalling import server_url
    from arsupport.camera.source import DEMO, read_source

    named = DEMO if demo else source
    if not named:
        raise typer.BadParameter("needed: where the pictures come from", param_hint="--source")
    logs.configure(LogConfig())
    opened = None if named == DEMO else read_source(named)
    key = read_or_make_key(key_file) if token else read_key(key_file)

    async def run() -> None:
        if token:
            await enrol(server_url(server), trusting(ca), token, key)
        if opened is None:
            await run_demo_camera(server, key, ca, machine=machine, seed=seed)
        else:
            await run_source_camera(server, key, opened, ca, machine=machine, encode=encode)

    asyncio.run(_while_stdin_open(run()) if while_stdin_open else run())


async def _while_stdin_open(work: Coroutine[None, None, None]) -> None:
    """Work until standard input closes: a parent that holds the other end takes this process along, however it ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    task = asyncio.create_task(work)
    closed = asyncio.create_task(reader.read())
    await asyncio.wait({task, closed}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        closed.cancel()
    else:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task
