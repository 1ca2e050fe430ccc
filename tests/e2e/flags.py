"""How the browsers of the tests are started."""

from __future__ import annotations

# The first four let pages use fake devices, play sound and talk to this machine without anybody clicking;
# the others keep the browser from looking for its maker.
FLAGS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
