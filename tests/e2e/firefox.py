"""Firefox ESR, driven by the protocol that it speaks itself: WebDriver BiDi (W3C), without any driver between."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PATIENCE_SECONDS = 60
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

# A fake camera and microphone without a question; ICE on this machine's own address; pages in English.
_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.autoplay.default": 0,
    "intl.accept_languages": "en-GB",
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


class PageGone(Exception):  # noqa: N818 - it is no error: the page went on to another
    """The page was left while a function ran in it."""


class FirefoxPage:
    """One tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._context = ""

    async def open(self, *, width: int, height: int) -> None:
        """Take the first tab."""
        await self._ask("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        tree = await self._ask("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]
        size = {"width": width, "height": height}
        await self._ask("browsingContext.setViewport", context=self._context, viewport=size)

    async def before_pages(self, function: str) -> None:
        """Call a function in every page that is opened from now on, before anything of the page itself runs."""
        await self._ask("script.addPreloadScript", functionDeclaration=function, contexts=[self._context])

    async def goto(self, url: str) -> None:
        """Open an address, and wait until it has loaded."""
        await self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, function: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the page returns
        """Call a function in the page; what it returns (or its promise resolves to) must have a JSON form."""
        call = f"async (...all) => JSON.stringify((await ({function})(...all.map(JSON.parse))) ?? null)"
        found = await self._ask(
            "script.callFunction",
            functionDeclaration=call,
            arguments=[{"type": "string", "value": json.dumps(argument)} for argument in arguments],
            awaitPromise=True,
            target={"context": self._context},
        )
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"])

    async def until(self, function: str, *arguments: object) -> Any:  # noqa: ANN401
        """Wait until a function in the page returns something true, and give that; the page may be left meanwhile."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with contextlib.suppress(PageGone):
                    found = await self.evaluate(function, *arguments)
                    if found:
                        return found
                await asyncio.sleep(0.05)

    async def click(self, selector: str, text: str = "") -> None:
        """Click the first visible element that a selector finds, with this text when one is given."""
        x, y = await self.until(
            """(selector, text) => {
              const shown = [...document.querySelectorAll(selector)].find(
                (it) => it.getClientRects().length > 0 && it.textContent.includes(text))
              if (!shown) return null
              shown.scrollIntoView({ block: 'center' })
              const box = shown.getBoundingClientRect()
              return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]
            }""",
            selector,
            text,
        )
        await self.drag((x, y), (x, y))

    async def fill(self, selector: str, value: str) -> None:
        """Click into a field and type."""
        await self.click(selector)
        await self.type(value)

    async def type(self, keys: str) -> None:
        """Press keys one after the other; U+E007 is Enter (WebDriver section 17.4.2)."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        await self._perform({"type": "key", "id": "keyboard", "actions": actions})

    async def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the mouse at one place of the window and release it at another."""
        moves = [
            {"type": "pointerMove", "x": start[0], "y": start[1]},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerMove", "x": end[0], "y": end[1], "duration": 100},
            {"type": "pointerUp", "button": 0},
        ]
        await self._perform({"type": "pointer", "id": "mouse", "actions": moves})

    async def _perform(self, source: dict[str, object]) -> None:
        await self._ask("input.performActions", context=self._context, actions=[source])

    async def _ask(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - as the method's result is defined
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE_SECONDS + 5):
            while (message := await self._socket.receive_json()).get("id") != number:
                pass
        if message["type"] == "error" and "destroyed" in message["message"]:
            raise PageGone(message["message"])
        assert message["type"] == "success", message
        return message["result"]


@asynccontextmanager
async def firefox(path: str, profile: Path, *, width: int = 1280, height: int = 800) -> AsyncIterator[FirefoxPage]:
    """Run Firefox without a screen, with a profile of its own, and give its first tab."""
    await asyncio.to_thread(_write_profile, profile)
    process = await asyncio.create_subprocess_exec(
        *(path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"),
        env={"HOME": str(profile), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            address = await _listening(process)
        reading = asyncio.create_task(_read_on(process))
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{address}/session", max_msg_size=0) as socket:
            page = FirefoxPage(socket)
            await page.open(width=width, height=height)
            yield page
        reading.cancel()
    finally:
        process.terminate()
        await process.wait()


def _write_profile(profile: Path) -> None:
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))


async def _listening(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        found = _LISTENING.search(line.decode(errors="replace"))
        if found:
            return found[1]
    raise AssertionError("Firefox ended before it listened")


async def _read_on(process: asyncio.subprocess.Process) -> None:
    """Keep the pipe from filling up."""
    assert process.stderr is not None
    async for _line in process.stderr:
        pass
