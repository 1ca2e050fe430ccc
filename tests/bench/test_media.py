from __future__ import annotations

from tests.bench.media.measuring import run


def test_the_load_recognises_what_our_server_forwards() -> None:
    (measured,) = run("plain", [1], seconds=2.0)
    assert measured.loss < 0.05
    assert measured.packets > 200
    assert 0 < measured.p50 <= measured.p99
    assert measured.cpu > 0
    assert measured.memory > 0
