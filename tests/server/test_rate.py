from __future__ import annotations

import pytest

from arsupport.errors import ArError
from arsupport.server import rate
from arsupport.server.rate import Rate, address_key


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _takes(limit: Rate, key: str) -> bool:
    try:
        limit.take(key)
    except ArError as refusal:
        return refusal.code != "too-many-requests"
    return True


def _tries(limit: Rate, key: str) -> int:
    return next(taken for taken in range(1000) if not _takes(limit, key))


def test_a_burst_up_to_the_limit_then_evenly() -> None:
    clock = Clock()
    limit = Rate(6, clock=clock)
    assert _tries(limit, "a") == 6
    clock.now = 10
    assert _tries(limit, "a") == 1
    clock.now = 1000
    assert _tries(limit, "a") == 6


def test_one_does_not_use_up_what_another_has() -> None:
    limit = Rate(3, clock=Clock())
    assert _tries(limit, "a") == 3
    assert _tries(limit, "b") == 3


def test_the_refusal_says_how_long_to_wait() -> None:
    limit = Rate(6, clock=Clock())
    _tries(limit, "a")
    with pytest.raises(ArError, match="Wait 10 s"):
        limit.take("a")


def test_more_keys_than_fit_push_out_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MAX_KEYS", 3)
    limit = Rate(1, clock=Clock())
    for key in "abcd":
        limit.take(key)
    assert _tries(limit, "d") == 0
    assert _tries(limit, "a") == 1


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("/run/socket", "unknown"),
    ],
)
def test_whom_an_address_stands_for(address: str | None, key: str) -> None:
    assert address_key(address) == key
