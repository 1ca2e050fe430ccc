"""`arsupport certs`: the certificate that tablets accept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import load


def certs(
    name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A further host name or address; can be repeated.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to keep keys and certificates.")] = None,
    new_authority: Annotated[
        bool, typer.Option("--new-authority", help="Replace the authority: every tablet has to trust the new one.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Make a local authority and a certificate for this server, or renew what runs out.

    The certificate holds this machine's names and addresses, and the host of server.public_url. A tablet accepts it
    once it trusts the authority: open /trust on the tablet.

    For example:

        arsupport certs

        arsupport certs --name help.plant.lan --name 10.20.0.5
    """
    from arsupport.certificates import folder as certificates

    settings = load(config)
    asked = list(name or [])
    if settings.server.public_url is not None:
        asked.append(urlsplit(settings.server.public_url).hostname or "")
    made = certificates.make(
        folder or certificates.default(settings.data.folder), asked, replace_authority=new_authority
    )
    typer.echo(f"authority    {made.files.authority}{' (new)' if made.new_authority else ''}")
    typer.echo(f"fingerprint  {certificates.authority_fingerprint(made.files.folder)}")
    typer.echo(f"certificate  {made.files.server}{' (new)' if made.new_server else ''}")
    typer.echo(f"valid until  {made.expires:%Y-%m-%d}")
    typer.echo(f"names        {', '.join(made.names)}")
