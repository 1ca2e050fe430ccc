"""Where a fixed camera's pictures come from, as the command line names it: checked before anything is opened.

The address is the agent's own: no message of the server can change it, so that nobody can use the agent to reach
into the plant's network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from yarl import URL

from arsupport.errors import ArError, Code

DEMO: Final = "demo"
_DEVICES: Final = "/dev/video"
_TAKEN: Final = "it is an rtsp:// or rtsps:// address, a video device such as /dev/video0, a file, or demo"


class Kind(StrEnum):
    """What can be opened; nothing else is, whatever the libraries below could do."""

    RTSP = "rtsp"
    DEVICE = "device"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that pictures come from.

    Attributes:
        kind: how it is opened.
        address: with its password, if any: never to be logged or sent.
        name: what logs may say instead.
    """

    kind: Kind
    address: str = field(repr=False)
    name: str

    @property
    def live(self) -> bool:
        """Whether pictures come when they are taken; those of a file come as fast as they are read."""
        return self.kind is not Kind.FILE


def read_source(text: str) -> Source:
    """Check what the command line names.

    Raises:
        ArError: ``bad-config``; its detail repeats nothing of an address, which may hold a password.
    """
    if text.lower().startswith(("rtsp://", "rtsps://")):
        return _rtsp(text)
    if "://" in text:
        raise ArError(Code.BAD_CONFIG, f"source: this protocol is not taken; {_TAKEN}")
    path = Path(text)
    if text.startswith(_DEVICES):
        if not path.is_char_device():
            raise ArError(Code.BAD_CONFIG, f"source: there is no video device {text}")
        return Source(Kind.DEVICE, text, text)
    if not path.is_file():
        raise ArError(Code.BAD_CONFIG, f"source: there is no file {path.name}; {_TAKEN}")
    return Source(Kind.FILE, f"file:{path.resolve()}", path.name)


def _rtsp(text: str) -> Source:
    try:
        url = URL(text)
        host, port = url.host, url.explicit_port
    except ValueError:
        host = None
    if not host:
        raise ArError(Code.BAD_CONFIG, "source: the address has no host; it looks like rtsp://192.168.1.20:554/stream")
    # Some cameras want user and password in the path or the query: of an address only its host is shown.
    return Source(Kind.RTSP, text, str(URL.build(scheme=url.scheme, host=host, port=port)))
