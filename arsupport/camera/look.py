"""A first look at a source: whether it works, and whether its pictures can be passed through."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import av

from arsupport.camera.opening import opened, outage
from arsupport.camera.pictures import Unforwardable, pass_through
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from arsupport.camera.source import Source

# Enough to see B frames, wherever they are used.
_PACKETS: Final = 50
_SECONDS: Final = 3.0


def look_at(source: Source) -> str:
    """Open a source, read a little, close it; blocks. Returns why its pictures must be encoded, "" if they need not.

    Raises:
        ArError: ``connection-failed``; its detail holds no address.
    """
    try:
        return _read(source)
    except Unforwardable as reason:
        return str(reason)
    except (av.FFmpegError, OSError) as error:
        raise outage(source, error) from None


def _read(source: Source) -> str:
    until = time.monotonic() + _SECONDS
    seen = 0
    with opened(source) as (container, stream):
        pictures = pass_through(stream)
        for packet in container.demux(stream):
            seen += sum(1 for _picture in pictures.push(packet))
            if seen >= _PACKETS or time.monotonic() > until:
                break
    if not seen:
        raise ArError(Code.CONNECTION_FAILED, f"{source.name} gives no pictures")
    return ""
