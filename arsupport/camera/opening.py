"""Opens a source through libav, which may use nothing but what that kind of source needs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import av

from arsupport.camera.source import Kind
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

    from arsupport.camera.source import Source

OPEN_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 5.0
"""A source that gives nothing for so long is an outage."""

# A file must not lead into the network, nor a camera to other protocols.
_OPTIONS: Final[dict[Kind, dict[str, str]]] = {
    Kind.RTSP: {
        "protocol_whitelist": "rtp,tcp,udp,tls",
        "rtsp_flags": "prefer_tcp",
        "allowed_media_types": "video",
        "analyzeduration": "500000",
    },
    Kind.FILE: {
        "protocol_whitelist": "file",
        "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,h264,hevc,avi,ivf,flv",
    },
}
# USB cameras give large pictures at a useful rate only as MJPEG; those that cannot are opened as they are.
_USB_OPTIONS: Final = {"input_format": "mjpeg", "video_size": "1280x720", "framerate": "30"}


@contextmanager
def opened(source: Source) -> Iterator[tuple[InputContainer, av.VideoStream]]:
    """Open a source; blocks, at most for ``OPEN_SECONDS``.

    Raises:
        ArError: ``connection-failed``; its detail holds no address.
    """
    try:
        container = _open(source)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise outage(source, error) from None  # its text would hold the address with its password
    with container:
        if not container.streams.video:
            raise ArError(Code.CONNECTION_FAILED, f"{source.name} has no video")
        yield container, container.streams.video[0]


def outage(source: Source, error: Exception) -> ArError:
    """Say what happened to a source without its address."""
    reason = getattr(error, "strerror", None) or type(error).__name__
    return ArError(Code.CONNECTION_FAILED, f"{source.name}: {reason}")


def _open(source: Source) -> InputContainer:
    timeout = (OPEN_SECONDS, SILENCE_SECONDS)
    if source.kind is not Kind.DEVICE:
        return av.open(source.address, options=_OPTIONS[source.kind], timeout=timeout)
    try:
        return av.open(source.address, format="v4l2", options=_USB_OPTIONS, timeout=timeout)
    except (av.FFmpegError, OSError):
        return av.open(source.address, format="v4l2", timeout=timeout)
