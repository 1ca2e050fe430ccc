from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from arsupport import config_reference
from arsupport.config import Config, load

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"


def test_the_page_in_the_documentation_is_current() -> None:
    page = PAGE.read_text()
    assert page == config_reference.renewed(page), "run `make generate`"


def test_every_key_is_explained() -> None:
    unexplained = [
        f"{name}.{key}"
        for name, section in Config()
        for key, field in type(section).model_fields.items()
        if not (field.description or "").endswith(".")
    ]
    assert unexplained == []


def test_the_bounds_are_shown() -> None:
    assert "| `limits.token_minutes` | `10` | 1 to 1440 |" in config_reference.tables()
    assert "| `log.level` | `info` | `debug`, `info`, `warning`, `error` |" in config_reference.tables()


def test_the_example_in_the_documentation_can_be_used(tmp_path: Path) -> None:
    example = PAGE.read_text().split("```toml\n")[1].split("```")[0]
    file = tmp_path / "arsupport.toml"
    file.write_text(example)
    assert load(file).server.public_url == tomllib.loads(example)["server"]["public_url"]


def test_the_variable_of_a_key_overrides_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(config_reference.variable("limits.token_minutes"), "7")
    assert load().limits.token_minutes == 7
