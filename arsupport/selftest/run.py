"""The whole of the main job once, against a private server with a fresh data folder."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aiohttp

from arsupport.camera.render import CameraSettings, VirtualCamera
from arsupport.camera.truth import Truth
from arsupport.certificates import folder as certificates
from arsupport.cli import plant
from arsupport.config import Config, DataConfig, MediaConfig, ServerConfig
from arsupport.errors import ArError, Code
from arsupport.selftest.report import Report
from arsupport.selftest.scenario import Scenario
from arsupport.server.run import running

if TYPE_CHECKING:
    from arsupport.server.run import Running

# A healthy machine needs half of it; a test that takes longer has failed.
LIMIT_SECONDS: Final = 60.0
# The camera that `arsupport camera --demo` runs, for the truth about its pictures.
_CAMERA: Final = CameraSettings(seed=1, fps=25)


async def run() -> Report:
    """Do the main job and say what was seen; a failure is a report with its reason, not an exception."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="arsupport-selftest-") as scratch:
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                return await _do(Path(scratch), began)
        except ArError as error:
            return Report(ok=False, reason=str(error), seconds=_since(began))
        except aiohttp.ClientError as error:
            return Report(ok=False, reason=f"the server does not answer: {error}", seconds=_since(began))
        except TimeoutError:
            return Report(ok=False, reason=f"not done after {LIMIT_SECONDS:g} s", seconds=_since(began))


async def _do(scratch: Path, began: float) -> Report:
    config = Config(
        server=ServerConfig(host="127.0.0.1", port=0),
        data=DataConfig(folder=scratch / "data", warn_free_mb=0, min_free_mb=0),
        media=MediaConfig(include_loopback=True),
    )
    prepared = await asyncio.to_thread(plant.prepare, config)
    truth = Truth(await asyncio.to_thread(VirtualCamera, _CAMERA))
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(config))
        stack.enter_context(plant.camera_process(config, server.port, prepared.key_file))
        trust = ssl.create_default_context(
            cafile=certificates.Files(certificates.default(config.data.folder)).authority
        )
        expert_http = await stack.enter_async_context(_http(trust))
        onsite_http = await stack.enter_async_context(_http(trust))
        scenario = Scenario(server.public_url, _setup_token(server), prepared.machines[0], truth)
        seen = await scenario.play(expert_http, onsite_http)
    return seen.report(_since(began))


def _http(trust: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(ssl=trust)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.CookieJar(unsafe=True))


def _setup_token(server: Running) -> str:
    if server.setup_link is None:
        raise ArError(Code.INTERNAL, "a fresh server offers no link for the first administrator")
    return server.setup_link.partition("#")[2]


def _since(began: float) -> float:
    return round(time.monotonic() - began, 1)
