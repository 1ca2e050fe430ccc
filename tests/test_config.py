from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from arsupport.config import Config, ServerConfig, load
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str) -> Path:
    file = folder / "arsupport.toml"
    file.write_text(text)
    return file


def refusal(file: Path | None = None) -> str:
    with pytest.raises(ArError) as caught:
        load(file)
    assert caught.value.code is Code.BAD_CONFIG
    return caught.value.detail


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load() == Config()


def test_the_file_in_the_working_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, "[server]\nport = 9000\n").parent)
    assert load().server.port == 9000


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    assert "missing.toml cannot be read: No such file" in refusal(tmp_path / "missing.toml")


def test_the_environment_wins_over_the_file_key_by_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARSUPPORT_SERVER__PORT", "9001")
    server = load(write(tmp_path, '[server]\nport = 9000\nhost = "127.0.0.1"\n')).server
    assert (server.port, server.host) == (9001, "127.0.0.1")


def test_a_configuration_built_in_code_ignores_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARSUPPORT_SERVER__PORT", "9001")
    assert Config(server=ServerConfig(port=9000)).server.port == 9000


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[server]\nport = 70000", "server.port", "less than or equal to 65535"),
        ("[server]\nprot = 1", "server.prot", "unknown key; did you mean port?"),
        ("[sever]\nport = 1", "sever", "unknown key; did you mean server?"),
        ("[limits]\ntext_chars = 'many'", "limits.text_chars", "valid integer"),
        ("[server]\npublic_url = 'https://a.example/path'", "server.public_url", "no path"),
        ("[server]\npublic_url = 'a.example'", "server.public_url", "https://host"),
        ("[server]\ncert_file = 'a.crt'", "server", "belong together"),
        ("[data]\nwarn_free_mb = 1", "data", "warn_free_mb must not be smaller"),
        ("[[media.ice_servers]]\nurls = []", "media.ice_servers.0.urls", "at least 1 item"),
        ("[[media.ice_servers]]\nurls = ['stun:a']\nuser = 'b'", "media.ice_servers.0.user", "unknown key"),
        ("[turn]\nurls = ['turns:a.example:443']", "turn", "belong together with secret"),
        ("[turn]\nsecret_file = 'a'", "turn", "urls belong together"),
        ("[turn]\nurls = ['https://a.example']\nsecret_file = 'a'", "turn.urls.0", "turns:turn.example.com:443"),
        ("[turn]\nurls = ['turns:a']\nsecret = 'short'", "turn.secret", "at least 16"),
        ("[turn]\nrelay_only = true", "turn", "relay_only needs urls"),
        ("[server", "arsupport.toml", "is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_key_and_reason(tmp_path: Path, text: str, key: str, reason: str) -> None:
    detail = refusal(write(tmp_path, text))
    assert key in detail
    assert reason in detail


def test_every_wrong_key_is_named_at_once(tmp_path: Path) -> None:
    detail = refusal(write(tmp_path, "[server]\nport = -1\n[recording]\nsegment_seconds = 0\n"))
    assert "server.port" in detail
    assert "recording.segment_seconds" in detail


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("ARSUPPORT_SEVER__PORT", "1", "ARSUPPORT_SEVER__PORT: unknown key; did you mean server?"),
        ("ARSUPPORT_SERVER__PROT", "1", "server.prot: unknown key; did you mean port?"),
        ("ARSUPPORT_MEDIA__ICE_SERVERS", "[{", "media"),
    ],
)
def test_a_wrong_variable_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, part: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    assert part in refusal()


def test_a_refusal_never_repeats_a_secret(tmp_path: Path) -> None:
    detail = refusal(write(tmp_path, "[[media.ice_servers]]\nurls = ['turn:a']\ncredential = ['hunter2']\n"))
    assert "media.ice_servers.0.credential" in detail
    assert "hunter2" not in detail
    assert "hunter2" not in refusal(write(tmp_path, "[turn]\nurls = ['turns:a']\nsecret = 'hunter2'\n"))


def test_origins_are_compared_in_one_spelling(tmp_path: Path) -> None:
    text = "[server]\npublic_url = 'https://Help.Example.com/'\norigins = ['HTTPS://b.example:8443']\n"
    server = load(write(tmp_path, text)).server
    assert (server.public_url, server.origins) == ("https://help.example.com", ("https://b.example:8443",))


def test_nothing_changes_after_the_start() -> None:
    with pytest.raises(ValidationError):
        Config().server.port = 1
