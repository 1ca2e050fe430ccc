"""Descriptions that nobody's browser makes: an answer, or a refusal with a code, and soon."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.rtc import Peer
from arsupport.rtc.offer import MAX_CANDIDATES, MAX_SDP_BYTES, Offer, read_offer
from tests.fuzz.effort import effort, little_effort
from tests.rtc.clients import Handler

LINES = (Path(__file__).parents[1] / "rtc" / "chromium_offer.sdp").read_text().splitlines()
WORDS = ["", " ", "0", "-1", "99999999999999999999", "*", "a=", "9" * 400, "é", "\x00", "BUNDLE", "recvonly", "/", ":"]
NEW_LINES = [
    "a=rtpmap:96 VP8/90000",
    "a=rtpmap:300 H264/90000",
    "a=fmtp:96 apt=96",
    "a=rtcp-fb:* nack pli",
    "a=ssrc:1 cname:x",
    "a=ssrc-group:FID 1 2",
    "a=extmap:15/sendonly urn:ietf:params:rtp-hdrext:sdes:mid",
    "a=candidate:1 1 udp 1 255.255.255.255 1 typ host",
    "a=candidate:1 1 tcp 1 example.com 9 typ relay raddr 0 rport 0",
    "a=end-of-candidates",
    "a=fingerprint:sha-1 AA:BB",
    "a=setup:holdconn",
    "a=ice-lite",
    "a=sctp-port:0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "a=group:BUNDLE 0 0 0",
    "b=AS:0",
]


@st.composite
def descriptions(draw: st.DrawFn) -> str:
    """A browser's offer with lines gone, doubled, moved, new and broken."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "move", "new", "break", "many", "cut"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "new":
                lines.insert(at, draw(st.sampled_from(NEW_LINES)))
            case "break":
                word = draw(st.integers(0, 6))
                words = lines[at].split(" ")
                words[word % len(words)] = draw(st.sampled_from(WORDS))
                lines[at] = " ".join(words)
            case "many":
                lines[at:at] = [draw(st.sampled_from(NEW_LINES))] * draw(st.integers(2, 1200))
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    return "\r\n".join(lines) + "\r\n"


def read(text: str) -> Offer | None:
    try:
        return read_offer(text)
    except ArError as error:
        assert error.code in {Code.BAD_DESCRIPTION, Code.UNSUPPORTED_CODEC}  # noqa: PT017 - both ways are right
        return None


@given(descriptions())
@effort
def test_a_browsers_offer_that_was_tampered_with(text: str) -> None:
    offer = read(text)
    if offer is not None:
        assert len(offer.sdp) <= MAX_SDP_BYTES
        assert offer.sdp.count("a=candidate:") <= MAX_CANDIDATES * len(offer.sdp.split("m="))
        read_offer(offer.sdp)


@given(st.text(max_size=400))
@effort
def test_text_that_is_no_offer(text: str) -> None:
    assert read(text) is None


@given(descriptions())
@little_effort
def test_a_peer_answers_or_refuses_and_is_gone_afterwards(text: str) -> None:
    async def answer() -> None:
        before = asyncio.all_tasks()
        peer = Peer(Handler(), loopback=True)
        try:
            await peer.answer(text)
        except ArError as error:
            assert error.code in {Code.BAD_DESCRIPTION, Code.UNSUPPORTED_CODEC}  # noqa: PT017
        await peer.close()
        while asyncio.all_tasks() > before:
            await asyncio.wait(asyncio.all_tasks() - before)

    asyncio.run(answer())


@pytest.mark.parametrize("line", NEW_LINES)
@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\u2028"], ids=ascii)
def test_no_line_can_be_repeated_at_will(line: str, end: str) -> None:
    """Each of these made the parser's work grow with the square of its number, or would if it were let."""
    at = LINES.index("a=mid:1")
    text = "\r\n".join([*LINES[:at], end.join([line] * 1150), *LINES[at:]])
    offer = read(text)
    assert offer is None or len(offer.sdp) < 2 * len("\r\n".join(LINES))
