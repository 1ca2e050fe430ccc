"""A tablet without a screen: calls about a machine, and then sends the clip in real time, as a camera's pictures come.

    python -m tests.bench.poses.publisher URL CODE

Prints `calling` when it waits to be admitted; then, in one line, when (Unix seconds) the picture with which timestamp
was taken: from that follows when any other was.
"""

from __future__ import annotations

import asyncio

import aiohttp
import typer

from arsupport.protocol import signals as s
from arsupport.selftest.visitor import Visitor
from tests.bench.media.calls import make_offer
from tests.bench.media.clip import load_clip
from tests.bench.media.publisher import Publisher, Window

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


async def publish(base: str, code: str) -> None:
    """Send until killed."""
    publisher = Publisher(load_clip(), Window())
    async with aiohttp.ClientSession() as http:
        tablet = Visitor(http, base)
        await tablet.greet((await tablet.post(f"/api/codes/{code}/token"))["token"])
        await tablet.signal(s.AskForHelp("On-site staff", consent=True))
        typer.echo("calling")
        await tablet.expect(s.Joined)
        media, _channels = await make_offer(tablet, publisher.endpoint, "sendonly")
        sending = asyncio.create_task(publisher.run(media, 0.0))
        await asyncio.sleep(0)
        typer.echo("{} {}".format(*publisher.first))
        await sending


@app.command()
def main(url: str, code: str) -> None:
    """Call, and send the clip."""
    asyncio.run(publish(url, code))


if __name__ == "__main__":
    app()
