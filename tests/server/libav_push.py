"""FFmpeg's own WHIP client, in a process of its own: `libav_push.py URL KEY CERTIFICATE PRIVATE_KEY`, until SIGTERM."""

from __future__ import annotations

import signal
import sys
import time
from fractions import Fraction

import av

from tests.camera.films import FPS, encoded

SIZE = (320, 192)


def push(url: str, key: str, certificate: str, private_key: str) -> None:
    # Without these FFmpeg makes a certificate with explicit curve parameters, which OpenSSL 3 and newer refuse.
    options = {"authorization": key, "cert_file": certificate, "key_file": private_key}
    film = encoded("libx264", [SIZE], FPS, FPS, 0, profile="Baseline")
    with av.open(url, "w", format="whip", options=options) as container:
        stream = container.add_stream("libx264", rate=FPS)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt, stream.codec_context.profile = "yuv420p", "Baseline"
        stream.codec_context.max_b_frames = 0
        began = time.monotonic()
        for number in range(60 * FPS):
            packet = av.Packet(bytes(film[number % len(film)]))
            packet.pts = packet.dts = number
            packet.time_base, packet.stream = Fraction(1, FPS), stream
            packet.is_keyframe = film[number % len(film)].is_keyframe
            container.mux(packet)
            time.sleep(max(0.0, began + number / FPS - time.monotonic()))


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # leaves through `with`, which says goodbye
push(*sys.argv[1:])
