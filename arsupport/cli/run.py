"""`arsupport serve`, `demo` and `selftest`: what runs for a while."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from arsupport.cli import logs
from arsupport.cli.options import ConfigFile
from arsupport.config import LogConfig, load


def serve(config: ConfigFile = None) -> None:
    """Run the server until Ctrl+C or SIGTERM.

    The first start prints a link that sets the first administrator's password. Then, in another terminal, add machines
    and print their labels: `arsupport machine add`, `arsupport machine label`.

    For example:

        arsupport serve

        arsupport serve --config /etc/arsupport.toml

        ARSUPPORT_SERVER__PORT=9443 arsupport serve
    """
    from arsupport.cli.announcement import announce
    from arsupport.rtc import run
    from arsupport.server.run import Running
    from arsupport.server.run import serve as run_server

    settings = load(config)
    logs.configure(settings.log)

    def ready(server: Running) -> None:
        announce(
            url=server.public_url,
            tablet=f"{server.public_url}/m",
            tablet_does="asks for the 6-character code of a machine; its label leads there directly",
            setup_link=server.setup_link,
            setup_minutes=settings.limits.setup_link_minutes,
            fingerprint=server.fingerprint,
        )

    run(run_server(settings, ready=ready))


def demo(config: ConfigFile = None) -> None:
    """Run the server with a rendered plant: two machines, and a camera that somebody seems to hold.

    Everything is real except for the plant. Scan the QR code with a tablet, or open its link in a second window, ask
    for help there, and admit the call in the expert's console.
    """
    from arsupport.cli import plant
    from arsupport.cli.announcement import announce
    from arsupport.rtc import run
    from arsupport.server.run import Running
    from arsupport.server.run import serve as run_server
    from arsupport.server.sole import only_server

    settings = load(config)
    logs.configure(settings.log)
    # The demo must work without a network too.
    media = settings.media.model_copy(update={"include_loopback": True})
    settings = settings.model_copy(update={"media": media})
    with only_server(settings.data.folder):  # a plant's own server must not find the demo's machines
        prepared = plant.prepare(settings)

    with ExitStack() as running:

        def ready(server: Running) -> None:
            running.enter_context(plant.camera_process(settings, server.port, prepared.key_file))
            machine = prepared.machines[0]
            announce(
                url=server.public_url,
                tablet=f"{server.public_url}/m/{machine.code}",
                tablet_does=f"asks for help at {machine.name}, {machine.site}",
                setup_link=server.setup_link,
                setup_minutes=settings.limits.setup_link_minutes,
                fingerprint=server.fingerprint,
            )

        # The camera goes first: it would complain that the server is gone.
        run(run_server(settings, ready=ready, stopping=running.close))


def selftest(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Check this installation in half a minute, without touching its data.

    Starts a private server, lets a rendered camera join, draws marks, follows them, ends the session, verifies its
    journal and decodes its recording. Exit status 1 and the reason when something does not work.
    """
    import msgspec

    from arsupport.rtc import run
    from arsupport.selftest.run import run as run_selftest

    logs.configure(LogConfig(level="warning"))
    report = run(run_selftest())
    if json:
        typer.echo(msgspec.json.encode(report))
    else:
        for name, value in msgspec.structs.asdict(report).items():
            typer.echo(f"{name:<24}{value}")
    if not report.ok:
        raise typer.Exit(1)
