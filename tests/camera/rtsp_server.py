"""A real RTSP server (GStreamer's, from Debian) for tests, run by the system's Python: `rtsp_server.py LAUNCH [PORT]`.

LAUNCH is a pipeline whose payloader is `pay0`; it is served at `/cam` to user `viewer` with password `p%ss`. The port
is printed once the server listens.
"""

from __future__ import annotations

import sys

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import (  # type: ignore[import-not-found]  # noqa: E402 - their versions are chosen first
    GLib,
    Gst,
    GstRtsp,
    GstRtspServer,
)

USER, PASSWORD = "viewer", "p%ss"


def serve(launch: str, port: str) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(port)
    auth = GstRtspServer.RTSPAuth.new()
    viewer = GstRtspServer.RTSPToken.new()
    viewer.set_string("media.factory.role", USER)
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, PASSWORD), viewer)
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    server.set_auth(auth)
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(f"( {launch} )")
    rights = ", ".join(f"media.factory.{right}=(boolean)true" for right in ("access", "construct"))
    factory.add_role_from_structure(Gst.Structure.new_from_string(f"{USER}, {rights}"))
    server.get_mount_points().add_factory("/cam", factory)
    if server.attach(None) == 0:
        sys.exit("the port is taken")
    print(server.get_bound_port(), flush=True)  # noqa: T201 - how the test learns the port
    GLib.MainLoop().run()


serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "0")
