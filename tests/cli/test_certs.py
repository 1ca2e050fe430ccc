from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


def test_certificates_are_made_for_the_public_address(run: Run, tmp_path: Path) -> None:
    (tmp_path / "arsupport.toml").write_text('[server]\npublic_url = "https://help.example.com"\n')
    status, out, _ = run("certs", "--folder", "certs", "--name", "10.20.0.5")
    assert status == 0
    assert re.search(r"^names +10\.20\.0\.5, help\.example\.com, ", out, re.MULTILINE)
    assert re.search(r"^fingerprint +([0-9A-F]{2}:){31}[0-9A-F]{2}$", out, re.MULTILINE)
    assert stat.S_IMODE((tmp_path / "certs" / "server.key").stat().st_mode) == 0o600
