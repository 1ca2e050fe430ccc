"""GStreamer's RTSP server, from Debian, for tests; run by the system's Python: `rtsp_server.py LAUNCH PORT [WAY]`.

LAUNCH is a pipeline whose payloader is `pay0`; it is served at `/cam` to user `viewer` with password `p%ss`. The port
is printed once the server listens. WAY is how pictures may travel: `tcp` within the connection, `udp` beside it, or a
file with a certificate and its key: the connection is encrypted with them, as `rtsps` is.
"""

from __future__ import annotations

import sys

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import (  # type: ignore[import-not-found]  # noqa: E402 - their versions are chosen first
    Gio,
    GLib,
    Gst,
    GstRtsp,
    GstRtspServer,
)

USER, PASSWORD = "viewer", "p%ss"
WAYS = {"tcp": GstRtsp.RTSPLowerTrans.TCP, "udp": GstRtsp.RTSPLowerTrans.UDP}


def serve(launch: str, port: str, way: str) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(port)
    auth = GstRtspServer.RTSPAuth.new()
    viewer = GstRtspServer.RTSPToken.new()
    viewer.set_string("media.factory.role", USER)
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, PASSWORD), viewer)
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    if way not in WAYS:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(way))
    server.set_auth(auth)
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_protocols(WAYS.get(way, GstRtsp.RTSPLowerTrans.TCP))
    factory.set_launch(f"( {launch} )")
    rights = ", ".join(f"media.factory.{right}=(boolean)true" for right in ("access", "construct"))
    factory.add_role_from_structure(Gst.Structure.new_from_string(f"{USER}, {rights}"))
    server.get_mount_points().add_factory("/cam", factory)
    if server.attach(None) == 0:
        sys.exit("the port is taken")
    print(server.get_bound_port(), flush=True)  # noqa: T201 - how the test learns the port
    GLib.MainLoop().run()


way = sys.argv[3] if len(sys.argv) > 3 else "tcp"
serve(sys.argv[1], sys.argv[2], way)
