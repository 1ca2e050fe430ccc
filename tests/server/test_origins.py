from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from arsupport.certificates import names
from arsupport.config import Config
from arsupport.errors import ArError
from arsupport.server.origins import Origins, origin


def _allowed(origins: Origins, value: str) -> bool:
    try:
        origins.check_page(make_mocked_request("POST", "/", headers={"Origin": value}))
    except ArError as refusal:
        return refusal.code != "foreign-origin"
    return True


def test_the_machines_own_names_with_its_port() -> None:
    origins = Origins.of(Config(), 8443)
    assert _allowed(origins, "https://localhost:8443")
    assert all(_allowed(origins, f"https://{address}:8443") for address in names.lan_addresses() if ":" not in address)
    for foreign in ("https://localhost", "http://localhost:8443", "https://localhost:8443.evil.test", "null", ""):
        assert not _allowed(origins, foreign)


def test_what_is_configured() -> None:
    config = Config.model_validate(
        {"server": {"public_url": "https://help.example.com", "origins": ["https://other.example.com:444"]}}
    )
    origins = Origins.of(config, 8443)
    assert _allowed(origins, "https://help.example.com")
    assert _allowed(origins, "https://other.example.com:444")
    assert not _allowed(origins, "https://other.example.com")


def test_a_program_without_an_origin_may_open_a_socket_but_change_nothing() -> None:
    origins = Origins(["https://plant.test"])
    nameless = make_mocked_request("GET", "/signal")
    origins.check_program(nameless)
    with pytest.raises(ArError, match="foreign-origin"):
        origins.check_page(nameless)
    with pytest.raises(ArError, match="foreign-origin"):
        origins.check_program(make_mocked_request("GET", "/signal", headers={"Origin": "https://evil.test"}))


@pytest.mark.parametrize(
    ("scheme", "host", "port", "expected"),
    [
        ("https", "plant.local", 443, "https://plant.local"),
        ("https", "plant.local", 80, "https://plant.local:80"),
        ("http", "10.0.0.7", 80, "http://10.0.0.7"),
        ("https", "fd00::7", 8443, "https://[fd00::7]:8443"),
    ],
)
def test_an_origin_as_browsers_write_it(scheme: str, host: str, port: int, expected: str) -> None:
    assert origin(scheme, host, port) == expected
