from __future__ import annotations

import random
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.rtc.offer import (
    MAX_CANDIDATES_PER_LINE,
    MAX_MEDIA_LINES,
    MAX_SDP_BYTES,
    MAX_SDP_LINES,
    MediaLine,
    read_offer,
)
from arsupport.rtc.twcc import EXTENSION_URI as TWCC_URI

if TYPE_CHECKING:
    from tests.rtc.clients import Room

CHROMIUM = Path(__file__).with_name("chromium_offer.sdp").read_bytes().decode()
"""Video sendonly (0), audio sendrecv (1), video recvonly (2), data channels (3)."""

CANDIDATE = "a=candidate:1 1 udp 2122194687 192.0.2.9 50000 typ host\r\n"


def code_of(text: str) -> Code:
    with pytest.raises(ArError) as refused:
        read_offer(text)
    return refused.value.code


def feedback(line: MediaLine) -> set[tuple[str, str | None]]:
    return {(item.type, item.parameter) for codec in line.answer_codecs for item in codec.rtcpFeedback}


def test_what_a_browser_publishes_and_subscribes() -> None:
    media = read_offer(CHROMIUM).media
    assert [(line.mid, line.kind, line.publishes, line.subscribes) for line in media] == [
        ("0", "video", True, False),
        ("1", "audio", True, True),
        ("2", "video", False, True),
    ]
    assert [codec.name for codec in media[1].codecs] == ["opus"]
    assert len(media[0].ssrcs) == 2


def test_a_voice_is_asked_to_repair_itself_and_to_be_silent_when_nobody_speaks() -> None:
    (opus,) = read_offer(CHROMIUM).media[1].answer_codecs
    assert opus.parameters == {"minptime": 10, "useinbandfec": 1, "usedtx": 1}
    listening = CHROMIUM.replace("a=sendrecv", "a=recvonly")
    assert "usedtx" not in read_offer(listening).media[1].answer_codecs[0].parameters


def test_all_forwardable_codecs_are_answered_in_the_clients_order_with_its_parameters() -> None:
    line = read_offer(CHROMIUM).media[0]
    assert [(codec.name, codec.h264_profile) for codec in line.codecs] == [
        ("VP8", ""),
        ("H264", "4200"),
        ("H264", "42e0"),
        ("H264", "4d00"),
    ]
    profiles = [codec.parameters.get("profile-level-id") for codec in line.answer_codecs if codec.name == "H264"]
    assert profiles == ["42001f", "42e01f", "4d001f"]
    assert {codec.name for codec in line.answer_codecs} == {"VP8", "H264", "rtx"}
    assert all(codec.rtx_payload_type == codec.payload_type + 1 for codec in line.codecs)


def test_congestion_feedback_is_for_publishers_and_remb_for_nobody() -> None:
    publishing, _audio, subscribing = read_offer(CHROMIUM).media
    assert feedback(publishing) == {("nack", None), ("nack", "pli"), ("transport-cc", None)}
    assert feedback(subscribing) == {("nack", None), ("nack", "pli")}
    assert TWCC_URI in {extension.uri for extension in publishing.answer_extensions}
    assert TWCC_URI not in {extension.uri for extension in subscribing.answer_extensions}


def test_every_line_gets_the_transport_of_the_bundle() -> None:
    other = CHROMIUM.replace("a=ice-ufrag:", "a=ice-ufrag:other", 4).replace("a=ice-ufrag:other", "a=ice-ufrag:", 1)
    rewritten = read_offer(other).sdp
    assert len(set(re.findall(r"a=ice-ufrag:(\S+)", rewritten))) == 1
    assert "end-of-candidates" not in rewritten


def test_only_addresses_that_can_be_reached_at_once_are_tried() -> None:
    hidden = CHROMIUM.replace(" 192.0.2.2 ", " 2b1e2f5c-0a53-4d6c-8b7e-6a3f1c0d9e11.local ")
    candidates = re.findall(r"a=candidate:.*", read_offer(hidden).sdp)
    assert candidates
    assert all(" fd00::2 " in candidate and " udp " in candidate for candidate in candidates)


def test_h264_needs_packetization_mode_1() -> None:
    assert code_of(only_video("H264/90000", "packetization-mode=0;profile-level-id=42e01f")) is Code.UNSUPPORTED_CODEC
    assert read_offer(only_video("H264/90000", "packetization-mode=1;profile-level-id=640c1f")).media[0].codecs


def test_rtcp_on_the_same_port_needs_no_address_of_its_own() -> None:
    assert "a=rtcp:" not in only_video("VP8/90000")
    assert "a=rtcp-mux" in read_offer(only_video("VP8/90000")).sdp


@pytest.mark.parametrize("name", ["VP9/90000", "AV1/90000"])
def test_a_line_with_nothing_to_forward_is_refused(name: str) -> None:
    assert code_of(only_video(name)) is Code.UNSUPPORTED_CODEC


def only_video(name: str, parameters: str = "x=1") -> str:
    """An offer of one video line with one codec."""
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:a\r\na=sendonly\r\na=rtcp-mux\r\n"
        "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n"
        f"a=rtpmap:96 {name}\r\na=fmtp:96 {parameters}\r\n"
    )


HOSTILE = {
    "empty": "",
    "no media": "v=0\r\n",
    "too large": CHROMIUM + "a=x\r\n" + "a" * MAX_SDP_BYTES,
    "too large in UTF-8": "ü" * (MAX_SDP_BYTES // 2 + 1),
    "lone surrogates": CHROMIUM.replace("a=mid:0", "a=mid:\ud800"),
    "too many lines": CHROMIUM + "a=x\r\n" * MAX_SDP_LINES,
    "too many media lines": CHROMIUM + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" * MAX_MEDIA_LINES,
    "too many candidates": CHROMIUM + CANDIDATE * (MAX_CANDIDATES_PER_LINE + 1),
    "not bundled": CHROMIUM.replace("a=group:BUNDLE 0 1 2 3", "a=group:BUNDLE 0 1"),
    "no bundle": CHROMIUM.replace("a=group:BUNDLE 0 1 2 3\r\n", ""),
    "mid twice": CHROMIUM.replace("a=mid:1", "a=mid:0"),
    "no mid": CHROMIUM.replace("a=mid:2\r\n", ""),
    "mid too long": CHROMIUM.replace("a=mid:0", "a=mid:" + "0" * 17).replace("BUNDLE 0 ", "BUNDLE " + "0" * 17 + " "),
    "no fingerprint": re.sub(r"a=fingerprint.*\r\n", "", CHROMIUM),
    "no set-up role": CHROMIUM.replace("a=setup:actpass\r\n", ""),
    "no ICE credentials": re.sub(r"a=ice-pwd.*\r\n", "", CHROMIUM),
    "RTCP on its own port": CHROMIUM.replace("a=rtcp-mux\r\n", ""),
    "unknown kind": CHROMIUM.replace("m=audio", "m=text"),
    "bad number": CHROMIUM.replace("a=rtpmap:96 VP8/90000", "a=rtpmap:x VP8/90000"),
    "bad media line": CHROMIUM.replace("m=audio 58016", "m=audio x"),
    "bad SCTP port": CHROMIUM.replace("a=sctp-port:5000", "a=sctp-port:99999"),
    "bad role": CHROMIUM.replace("a=setup:actpass", "a=setup:everything"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_description_is_refused(text: str) -> None:
    assert code_of(text) is Code.BAD_DESCRIPTION


def mutate(seed: int) -> str:
    """Chromium's offer with lines dropped, doubled, moved and cut."""
    rng = random.Random(seed)
    lines = CHROMIUM.split("\r\n")
    for _ in range(rng.randint(1, 6)):
        index = rng.randrange(len(lines))
        line = lines.pop(index)
        change = rng.randrange(5)
        if change == 0:
            lines.insert(rng.randrange(len(lines)), line)
        elif change == 1:
            lines[index:index] = [line] * rng.randint(2, 5)
        elif change == 2:
            lines.insert(index, line[: rng.randrange(len(line) + 1)])
        elif change == 3:
            lines.insert(index, re.sub(r"\d+", str(rng.choice([0, -1, 99999999999])), line, count=1))
    return "\r\n".join(lines)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 1 << 32))
def test_a_damaged_offer_is_read_or_refused_but_nothing_else(seed: int) -> None:
    with suppress(ArError):
        assert len(read_offer(mutate(seed)).media) <= MAX_MEDIA_LINES


@pytest.mark.parametrize("seed", range(25))
async def test_a_peer_answers_a_damaged_offer_or_says_why_not(seed: int, room: Room) -> None:
    with suppress(ArError):
        assert (await room.peer().answer(mutate(seed))).startswith("v=0")


async def test_the_answer_repeats_real_profiles_and_holds_all_candidates(room: Room) -> None:
    answer = await room.peer().answer(CHROMIUM)
    assert "profile-level-id=4d001f" in answer
    assert "transport-cc" in answer.split("m=audio")[0]
    assert "transport-cc" not in answer.split("m=video")[2]
    assert "goog-remb" not in answer
    assert "a=end-of-candidates" in answer
    directions = re.findall(r"a=(sendonly|recvonly|sendrecv|inactive)", answer)
    assert directions == ["recvonly", "sendrecv", "sendonly"]


@pytest.mark.parametrize("name", ["VP8/0", "VP8/8000"])
def test_a_clock_that_the_codec_does_not_have_is_refused(name: str) -> None:
    assert code_of(only_video(name)) is Code.UNSUPPORTED_CODEC
