"""Calls through a TURN server: coturn as docs/turn.md configures it, on TCP port 443, in a network without UDP."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from tests.coturn import SECRET
from tests.e2e import pages
from tests.e2e.server_process import relayed_server

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from tests.coturn import Coturn
    from tests.e2e.server_process import ServerProcess
    from tests.link.link import Link

# Keeps the page's connections, to ask them afterwards which way they go.
_KEEP_PEERS = """
window.__peers = []
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super(configuration)
    window.__peers.push(this)
  }
}
"""
_PATH = """async () => {
  const peer = window.__peers.findLast((peer) => peer.connectionState === 'connected')
  if (!peer) return null
  const report = [...(await peer.getStats()).values()]
  const transport = report.find((entry) => entry.type === 'transport')
  const pair = report.find((entry) => entry.id === transport?.selectedCandidatePairId)
  const local = report.find((entry) => entry.id === pair?.localCandidateId)
  return local ? { type: local.candidateType, over: local.relayProtocol ?? '' } : null
}"""


async def _call(server: ServerProcess, tablet_browser: Browser, expert_browser: Browser) -> Page:
    """Bring a call about, and return the tablet's page once the expert sees its picture."""
    expert = await pages.open_page(expert_browser)
    tablet = await pages.open_page(tablet_browser, width=1024, height=768)
    await tablet.add_init_script(_KEEP_PEERS)
    await pages.sign_in(expert, server)
    await pages.ask_for_help(tablet, server)
    await pages.admit(expert)
    return tablet


async def _path(page: Page) -> dict[str, Any]:
    found = await page.wait_for_function(_PATH, timeout=pages.PATIENCE_MS)
    path: dict[str, Any] = await found.json_value()
    return path


def _udp_goes_out(address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        try:
            return out.sendto(b"x", (address, 9)) == 1
        except OSError:
            return False


async def test_a_call_without_udp_goes_through_the_relay(
    tmp_path: Path, plant: Link, relay: Coturn, plant_browser: Browser, office_browser: Browser
) -> None:
    plant.client_ns.forbid_udp()
    assert not plant.client_ns.run(_udp_goes_out, plant.server_ns.address)
    with relayed_server(tmp_path, plant.server_ns, relay) as server:
        tablet = await _call(server, plant_browser, office_browser)
        assert await _path(tablet) == {"type": "relay", "over": "tls"}
        assert SECRET not in server.log()


async def test_relay_only_uses_the_relay_where_it_need_not(
    tmp_path: Path, plant: Link, relay: Coturn, plant_browser: Browser, office_browser: Browser
) -> None:
    with relayed_server(tmp_path, plant.server_ns, relay, "relay_only = true") as server:
        tablet = await _call(server, plant_browser, office_browser)
        assert await _path(tablet) == {"type": "relay", "over": "tls"}
