"""What the server says in the terminal when it is ready."""

from __future__ import annotations

import io

import segno
import typer


def qr(link: str) -> str:
    """Return a QR code as text for a terminal."""
    drawn = io.StringIO()
    segno.make(link, micro=False).terminal(drawn, border=2, compact=True)
    # The colours are said, because dark on light would be read as light on dark in a light terminal.
    return "\n".join(typer.style(line, fg="bright_white", bg="black") for line in drawn.getvalue().splitlines())


def announce(
    *, url: str, tablet: str, tablet_does: str, setup_link: str | None, setup_minutes: int, fingerprint: str | None
) -> None:
    """Print where people go: the tablet by QR code, the first administrator by a link that works once.

    Args:
        url: the server's address.
        tablet: the link for the tablet, and `tablet_does` what it is for.
        tablet_does: see `tablet`.
        setup_link: sets the first administrator's password; None when there is an administrator.
        setup_minutes: how long that link works.
        fingerprint: of the local authority, for comparing; None when the certificate comes from elsewhere.
    """
    typer.echo(f"\n{qr(tablet)}\n")
    typer.echo(f"Tablet   {tablet}")
    typer.echo(f"         {tablet_does}")
    if fingerprint is not None:
        typer.echo(f"         A browser that warns about the certificate: see {url}/trust")
        typer.echo(f"         The authority's SHA-256 fingerprint is {fingerprint}")
    typer.echo(f"Expert   {url}")
    if setup_link is not None:
        typer.echo(f"First    {setup_link}")
        typer.echo(f"         sets the first administrator's password; works once, within {setup_minutes} minutes")
    typer.echo(f"\nready at {url} (Ctrl+C stops)")
