"""When a path is taken for dead."""

from __future__ import annotations

from arsupport.live.pulse import LOOK_SECONDS, Change, Pulse


def looks(pulse: Pulse, start: float, seconds: float, received: int) -> list[Change]:
    """Look as often as the server does while nothing comes; give what was found out."""
    count = round(seconds / LOOK_SECONDS)
    found = [pulse.look(start + (number + 1) * LOOK_SECONDS, received) for number in range(count)]
    return [change for change in found if change is not None]


def test_what_comes_keeps_it_alive() -> None:
    pulse = Pulse(0.0, 0)
    assert [pulse.look(number * LOOK_SECONDS, number // 2) for number in range(1, 100)] == [None] * 99


def test_silence_is_noticed_within_two_seconds_and_said_once() -> None:
    pulse = Pulse(0.0, 7)
    assert looks(pulse, 0.0, 1.0, 7) == []
    assert looks(pulse, 1.0, 1.0, 7) == [Change.SILENT]
    assert looks(pulse, 2.0, 60.0, 7) == []
    assert pulse.heard_at == 0.0


def test_the_first_packet_revives_it() -> None:
    pulse = Pulse(0.0, 7)
    looks(pulse, 0.0, 10.0, 7)
    assert pulse.look(10.25, 8) is Change.REVIVED
    assert pulse.look(10.5, 9) is None
    assert (pulse.silent, pulse.heard_at) == (False, 10.5)


def test_a_server_that_stood_still_does_not_blame_the_path() -> None:
    pulse = Pulse(0.0, 7)
    assert pulse.look(30.0, 7) is None
    assert looks(pulse, 30.0, 2.0, 7) == [Change.SILENT]
