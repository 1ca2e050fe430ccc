"""Where followers' processes come from: one that has everything imported already, and forks when it is asked.

A process of its own for each camera with marks takes a moment this way, instead of a second, and shares its memory.
It has no threads and has started none of a library, so that forking it is safe.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from typing import Final

import cv2

_BEGIN: Final = b"+"


class Nursery:
    """Starts processes that serve a follower (``arsupport.live.following``); for use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None

    def prepare(self) -> None:
        """Let it import what it needs, so that ``begin`` will not have to wait for that."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()

    def begin(self) -> Connection:
        """Start a process; give the connection to it. It ends when that is closed."""
        self.prepare()
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            assert self._asking is not None  # noqa: S101 - for the type checker: made by prepare
            socket.send_fds(self._asking, [_BEGIN], [theirs.fileno()])
        return Connection(ours.detach())

    def _start(self) -> None:
        if self._asking is not None:
            self._asking.close()
        self._asking, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "arsupport.live.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )


NURSERY: Final = Nursery()
"""Of this process. It ends with it."""


def _fork_when_asked(asked: socket.socket) -> None:
    from arsupport.live.following import serve  # noqa: PLC0415 - the server, which imports this module, does not follow

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    while True:
        message, handles, _, _ = socket.recv_fds(asked, len(_BEGIN), 1)
        if not message:
            return
        with Connection(handles[0]) as connection:
            if os.fork() == 0:
                asked.close()
                serve(connection)
                os._exit(0)


if __name__ == "__main__":
    # The server is told to end, and it ends these: what is under way is finished first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    cv2.setNumThreads(1)
    _fork_when_asked(socket.socket(fileno=int(sys.argv[1])))
