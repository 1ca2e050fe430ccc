from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.server.sole import only_server

if TYPE_CHECKING:
    from pathlib import Path

OTHER_SERVER = """
import sys, time
from pathlib import Path
from arsupport.server.sole import only_server
with only_server(Path(sys.argv[1])):
    print("serving", flush=True)
    time.sleep(600)
"""


def test_a_second_server_is_told_which_process_is_the_first(tmp_path: Path) -> None:
    with only_server(tmp_path / "data"), pytest.raises(ArError) as refused, only_server(tmp_path / "data"):
        pass
    assert refused.value.code is Code.ALREADY_RUNNING
    assert f"as process {os.getpid()}." in refused.value.detail
    with only_server(tmp_path / "data"):  # the first has stopped
        pass


def test_a_killed_server_leaves_the_folder_to_the_next(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", OTHER_SERVER, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(ArError, match=f"as process {other.pid}"), only_server(tmp_path):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
        with only_server(tmp_path):
            pass


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ArError, match="storage-failed: Cannot use the data folder"), only_server(tmp_path / "data"):
        pass
