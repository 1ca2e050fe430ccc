from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from joserfc.jwk import OctKey

from arsupport.errors import ArError, Code
from arsupport.protocol.events import Role
from arsupport.server.tokens import ParticipantKey, SignalClaims, Tokens, load_or_make_key

from .conftest import Clock

if TYPE_CHECKING:
    from pathlib import Path

CLAIMS = SignalClaims(Role.ONSITE, machine="m1", invited_by="eva")


def _tokens(clock: Clock, key: OctKey | None = None) -> Tokens:
    return Tokens(key or OctKey.generate_key(256, parameters={"kid": "test"}), lifetime=600, clock=clock)


def _refusal(tokens: Tokens, token: str) -> Code:
    with pytest.raises(ArError) as refused:
        tokens.redeem(token)
    return refused.value.code


def test_a_token_works_once() -> None:
    tokens = _tokens(Clock())
    token = tokens.issue_signal(CLAIMS)
    assert tokens.redeem_signal(token) == CLAIMS
    assert _refusal(tokens, token) is Code.LINK_USED


def test_a_token_expires_and_stays_refused_when_used_ones_are_forgotten() -> None:
    clock = Clock()
    tokens = _tokens(clock)
    used, unused = tokens.issue_signal(CLAIMS), tokens.issue_signal(CLAIMS)
    tokens.redeem_signal(used)
    clock.advance(minutes=10.1)
    tokens.redeem_signal(tokens.issue_signal(CLAIMS))
    assert _refusal(tokens, used) is Code.LINK_EXPIRED
    assert _refusal(tokens, unused) is Code.LINK_EXPIRED


def test_at_no_time_is_a_used_token_taken_again() -> None:
    clock = Clock()
    tokens = _tokens(clock)
    token = tokens.issue_signal(CLAIMS)
    tokens.redeem_signal(token)
    for _ in range(121):
        clock.advance(minutes=0.1)
        with pytest.raises(ArError):
            tokens.redeem_signal(token)
        tokens.redeem_signal(tokens.issue_signal(CLAIMS))


def test_after_a_restart_keys_work_and_tokens_do_not() -> None:
    clock, key = Clock(), OctKey.generate_key(256, parameters={"kid": "test"})
    before, after = _tokens(clock, key), _tokens(clock, key)
    participant = before.issue_key("s1", "p1")
    assert after.verify_key(participant) == ParticipantKey("s1", "p1")
    assert _refusal(after, before.issue_signal(CLAIMS)) is Code.LINK_EXPIRED


def test_a_participants_key_works_again_and_again() -> None:
    clock = Clock()
    tokens = _tokens(clock)
    key = tokens.issue_key("s1", "p1")
    clock.advance(minutes=60 * 24 * 30)
    assert tokens.redeem(key) == tokens.redeem(key) == ParticipantKey("s1", "p1")


def test_one_kind_is_not_the_other() -> None:
    tokens = _tokens(Clock())
    with pytest.raises(ArError, match="not-allowed"):
        tokens.redeem_signal(tokens.issue_key("s1", "p1"))
    with pytest.raises(ArError, match="not-allowed"):
        tokens.verify_key(tokens.issue_signal(CLAIMS))


def test_tokens_of_another_key_or_changed_or_unsigned_are_refused() -> None:
    tokens = _tokens(Clock())
    ours = tokens.issue_signal(CLAIMS)
    head, body, signature = ours.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    others = _tokens(Clock()).issue_signal(CLAIMS)
    for token in (others, f"{head}.{body}A.{signature}", f"{unsigned}.{body}.", "", "a.b.c", "x" * 2048, "é.é.é"):
        assert _refusal(tokens, token) is Code.NOT_ALLOWED
    assert tokens.redeem_signal(ours) == CLAIMS


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "token.key"
    made = load_or_make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    loaded = load_or_make_key(path)
    assert (loaded.kid, loaded.raw_value) == (made.kid, made.raw_value)


@pytest.mark.parametrize("content", [b"", b"{}", b"garbage", b'{"kty":"oct","k":"AAAA"}'])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ArError, match="insecure-key"):
        load_or_make_key(path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    load_or_make_key(path)
    path.chmod(0o640)
    with pytest.raises(ArError, match="insecure-key"):
        load_or_make_key(path)
