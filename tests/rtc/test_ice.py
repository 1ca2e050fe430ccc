from __future__ import annotations

import json

from arsupport.rtc import IceServer


def test_a_server_becomes_what_a_browser_takes() -> None:
    server = IceServer(("turn:turn.plant.example:3478",), "name", "secret")
    expected = {"urls": ["turn:turn.plant.example:3478"], "username": "name", "credential": "secret"}
    assert json.loads(json.dumps(server.to_browser())) == expected
    assert IceServer(("stun:stun.plant.example",)).to_browser() == {"urls": ["stun:stun.plant.example"]}


def test_credentials_do_not_show_in_logs() -> None:
    assert "secret" not in repr(IceServer(("turn:turn.plant.example",), "name", "secret"))
