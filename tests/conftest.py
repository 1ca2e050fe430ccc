"""Shared by all tests."""

from __future__ import annotations

import logging
import os
import shutil
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

from arsupport.rtc import MediaLoop

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long an example takes says how busy the machine is. That is measured in tests/bench, not asserted.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_asyncio_loop_factories() -> dict[str, type[MediaLoop]]:
    """Run every test on the loop that the server runs on."""
    return {"media": MediaLoop}


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the browser that `.ci/chromium` makes sure of."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path is not None:
            return path
    pytest.fail("Chromium is missing: `make test` installs it or says how.")


@pytest.fixture(scope="session")
def firefox_path() -> str:
    """Return the other browser that `make test` makes sure of."""
    path = shutil.which("firefox-esr")
    if path is None:
        pytest.fail("Firefox ESR is missing: `make test` installs it or says how.")
    return path


@pytest.fixture(autouse=True)
def _no_configuration_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings out of the tests."""
    for name in [name for name in os.environ if name.startswith("ARSUPPORT_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Undo what the command line sets up: its stream is closed when its test is over."""
    root, ours = logging.getLogger(), logging.getLogger("arsupport")
    before = root.handlers[:], root.level, ours.level, logging.raiseExceptions
    yield
    structlog.reset_defaults()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    logging.raiseExceptions = before[3]
