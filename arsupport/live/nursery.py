"""Where followers' processes come from: one that has everything imported already, and forks when it is asked.

A process of its own for each camera with marks takes a moment this way, instead of a second, and shares its memory.
It has no threads and has started none of a library, so that forking it is safe.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from typing import Final, NoReturn

import cv2

_BEGIN: Final = b"+"
_FIRST_HANDLE: Final = 3  # after standard input, output and error


class Nursery:
    """Starts processes that serve a follower (``arsupport.live.following``); for use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Have it ready. A process without threads forks it; from another one it takes a second or two to begin."""
        with self._lock:
            self._ready()

    def begin(self) -> Connection:
        """Start a process; give the connection to it. It ends when that is closed."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                socket.send_fds(self._ready(), [_BEGIN], [theirs.fileno()])
            except OSError:  # it was killed
                self._asking = None
                socket.send_fds(self._ready(), [_BEGIN], [theirs.fileno()])
        return Connection(ours.detach())

    def _ready(self) -> socket.socket:
        if self._asking is not None:
            return self._asking
        self._asking, theirs = socket.socketpair()
        with theirs:
            if threading.active_count() == 1:
                threads = cv2.getNumThreads()
                cv2.setNumThreads(1)  # ends those that it has begun: a fork would wait for them for ever
                if os.fork() == 0:
                    _stand_alone(theirs)
                cv2.setNumThreads(threads)
            else:
                self._process = subprocess.Popen(  # noqa: S603 - ourselves
                    [sys.executable, "-m", "arsupport.live.nursery", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                )
        return self._asking


NURSERY: Final = Nursery()
"""Of this process. It ends with it."""


def _stand_alone(asked: socket.socket) -> NoReturn:
    """Be the nursery in a fork of the server: nothing of the server's is used, and nothing is ever cleaned up."""
    gc.freeze()
    handle = asked.detach()
    os.closerange(_FIRST_HANDLE, handle)
    os.closerange(handle + 1, os.sysconf("SC_OPEN_MAX"))
    try:
        _fork_when_asked(socket.socket(fileno=handle))
    finally:
        os._exit(0)


def _fork_when_asked(asked: socket.socket) -> None:
    from arsupport.live.following import serve  # noqa: PLC0415 - it imports this module, to begin one

    # Who ends the server ends these by it: what is under way is finished first.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    cv2.setNumThreads(1)
    while True:
        message, handles, _, _ = socket.recv_fds(asked, len(_BEGIN), 1)
        if not message:
            return
        with Connection(handles[0]) as connection:
            if os.fork() == 0:
                asked.close()
                try:
                    serve(connection)
                finally:
                    os._exit(0)


if __name__ == "__main__":
    _fork_when_asked(socket.socket(fileno=int(sys.argv[1])))
