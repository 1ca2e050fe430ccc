from __future__ import annotations

import pytest

from arsupport.rtc import gate as limits
from arsupport.rtc.gate import Allowance, Gate

HOME = ("10.0.0.7", 50_000)
AWAY = ("203.0.113.9", 4444)
CHECK = bytes.fromhex("000100002112a442") + bytes(12)


class Door:
    """A gate of somebody at ``HOME``."""

    def __init__(self) -> None:
        self.addresses = [HOME]
        self.waiting = 0
        self.gate = Gate(lambda: self.addresses, lambda: self.waiting)

    def admits(self, data: bytes, address: tuple[str, int] = HOME, now: float = 0.0) -> bool:
        return self.gate.admits(data, address, now)


@pytest.fixture
def door() -> Door:
    return Door()


def rtp(ssrc: int) -> bytes:
    return b"\x80\x60" + bytes(6) + ssrc.to_bytes(4, "big") + b"payload"


def test_media_and_handshakes_come_in_from_the_participant_alone(door: Door) -> None:
    for datagram in (rtp(1), b"\x80\xc8\0\6" + bytes(24), b"\x16\xfe\xfd" + bytes(20)):
        assert door.admits(datagram)
        assert not door.admits(datagram, AWAY)
    assert door.gate.dropped == {"stranger": 3}


def test_a_check_comes_in_from_anywhere_and_makes_its_address_known_once_it_was_proven(door: Door) -> None:
    assert door.admits(CHECK, AWAY)
    assert not door.admits(rtp(1), AWAY)
    door.addresses.append(AWAY)
    assert door.admits(rtp(1), AWAY)


@pytest.mark.parametrize(
    "datagram",
    [b"", bytes(limits.MAX_DATAGRAM_BYTES + 1), b"\x50 is no protocol of ours", CHECK[:-1], CHECK + bytes(4)],
    ids=["empty", "huge", "unknown kind", "cut off", "longer than it says"],
)
def test_what_no_path_carries_is_not_looked_at(door: Door, datagram: bytes) -> None:
    assert not door.admits(datagram)


def test_a_check_without_the_cookie_is_none(door: Door) -> None:
    assert not door.admits(CHECK[:4] + bytes(4) + CHECK[8:])


def test_a_flood_of_strangers_checks_does_not_use_up_the_participants(door: Door) -> None:
    admitted = [door.admits(CHECK, ("198.51.100.1", port)) for port in range(1000)]
    assert sum(admitted) == limits.CHECKS_PER_SECOND
    assert door.admits(CHECK)
    assert door.admits(CHECK, AWAY, now=1.5)


def test_checks_from_ever_new_addresses_end(door: Door) -> None:
    door.addresses += [("10.0.0.8", port) for port in range(limits.MAX_ADDRESSES)]
    assert not door.admits(CHECK, AWAY)
    assert door.admits(CHECK)


def test_ever_new_streams_end_and_the_known_ones_go_on(door: Door) -> None:
    admitted = [door.admits(rtp(ssrc)) for ssrc in range(1000)]
    assert sum(admitted) == limits.MAX_SSRCS
    assert door.admits(rtp(0))


def test_what_is_not_taken_is_not_piled_up(door: Door) -> None:
    door.waiting = limits.MAX_WAITING
    assert not door.admits(rtp(1))


def test_a_flood_is_cut_down_to_what_a_camera_needs(door: Door) -> None:
    admitted = sum(door.admits(rtp(1), now=index / 100_000) for index in range(100_000))
    assert admitted == limits.PACKETS_PER_SECOND


def test_an_allowance_is_not_saved_up() -> None:
    allowance = Allowance(2)
    assert [allowance.take(now) for now in (0, 0.1, 0.2, 5, 5.1, 5.2)] == [True, True, False, True, True, False]
