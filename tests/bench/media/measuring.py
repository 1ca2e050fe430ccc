"""One measurement: a server started, the load put on it, both ended."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from tests.bench.media.load import Measured
from tests.bench.media.processes import apart
from tests.bench.media.servers import LOG, started

_STEP_SECONDS: Final = 60


def run(
    name: str, steps: list[int], seconds: float, *, limit: float = float("inf"), first: bool = False
) -> list[Measured]:
    """Measure a server with these numbers of sessions, one after another, until p99 passes ``limit`` (ms).

    Server and load go before everything else on the machine when ``first``.

    Raises:
        RuntimeError: server or load failed; holds what they said.
    """
    own, others = apart(first=first)
    with tempfile.TemporaryDirectory(prefix="arsupport-bench-") as folder, started(name, Path(folder), own) as server:
        command = [sys.executable, "-m", "tests.bench.media.load", server.door, server.url, str(server.pid)]
        command += ["--steps", ",".join(map(str, steps)), "--seconds", str(seconds), "--limit", str(limit)]
        command += ["--decode"] if name == "mediarelay" else []
        load = subprocess.run(
            others.command(command),
            capture_output=True,
            text=True,
            timeout=_STEP_SECONDS * len(steps) + steps[-1],
            check=False,
        )
        if load.returncode:
            raise RuntimeError(f"{name}: {load.stderr}\n{(Path(folder) / LOG).read_text()}")
    return [msgspec.json.decode(line, type=Measured) for line in load.stdout.splitlines()]
