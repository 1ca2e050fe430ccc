"""What hostile participants cost: the server's longest stall, its memory, and a call beside them.

``python -m tests.bench.hostile [--json] [ATTACK…]``. Server, bystanders and the one who means harm are processes of
their own. The first row is the same without an attack. ``busy_ms`` is the longest span of the event loop's own work,
``stall_ms`` the longest that it did not turn, which on a busy machine holds waiting for a processor too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from typing import Any

from tests.bench.attacks.attacks import ATTACKS, SECONDS
from tests.bench.attacks.people import Guests, Villain

_COLUMNS = ("attack", "sent", "stall_ms", "busy_ms", "growth_mb", "cpu", "frames", "longest_gap_ms")


class Process:
    """A child that answers lines with JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, *arguments: str) -> tuple[Process, dict[str, Any]]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        child = cls(process)
        return child, await child._answer()

    async def ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        return await self._answer()

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            answer: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return answer


async def measure(names: list[str]) -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        server, where = await Process.start("tests.bench.attacks.server", folder)
        tokens = (await server.ask("tokens good"))["tokens"]
        bystander, _ = await Process.start("tests.bench.attacks.bystander", where["url"], *tokens)
        try:
            for name in ["nothing", *names]:
                rows.append(await attack(name, server, bystander, Guests(where["url"])))
                show(rows[-1])
        finally:
            await bystander.stop()
            await server.stop()
    return rows


async def attack(name: str, server: Process, bystander: Process, guests: Guests) -> dict[str, Any]:
    async with guests:
        _expert, onsite = await guests.pair(*(await server.ask(f"tokens expert-{name}"))["tokens"])
        villain = Villain(onsite)
        await villain.connect()
        await asyncio.sleep(0.5)
        before = await server.ask("reset")
        await bystander.ask("reset")
        if name == "nothing":
            await asyncio.sleep(SECONDS)
            sent = 0
        else:
            sent = await ATTACKS[name](villain)
        after, calm = await server.ask("figures"), await bystander.ask("figures")
        await villain.close()
    growth = round(after["memory_mb"] - before["memory_mb"], 1)
    return {"attack": name, "sent": sent, "growth_mb": growth, **after, **calm}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attacks", nargs="*", choices=[*ATTACKS, []])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    show(dict(zip(_COLUMNS, _COLUMNS, strict=True)))
    rows = asyncio.run(measure(options.attacks or list(ATTACKS)))
    if options.json:
        print(json.dumps(rows))  # noqa: T201


def show(row: dict[str, Any]) -> None:
    print(" ".join(f"{row[column]:>15}" for column in _COLUMNS), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
