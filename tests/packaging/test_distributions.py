"""What is published: built once, looked into, installed without Node, started."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
UV = str(Path(sys.executable).with_name("uv"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def in_wheel(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def in_sdist(built: Path) -> set[str]:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `arsupport` of a fresh environment with the wheel and the pinned dependencies."""
    environment = tmp_path_factory.mktemp("installed") / "env"
    install = [UV, "pip", "install", "--quiet", "--python", str(environment / "bin" / "python")]
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    subprocess.run([*install, "--require-hashes", "-r", ROOT / "requirements.lock"], check=True)
    subprocess.run([*install, "--no-deps", wheel], check=True)
    return environment / "bin" / "arsupport"


def sources(suffix: str) -> set[str]:
    return {str(file.relative_to(ROOT)) for file in (ROOT / "arsupport").rglob(f"*{suffix}")}


def test_the_wheel_holds_every_module_and_the_built_client(in_wheel: set[str]) -> None:
    client = {str(file.relative_to(ROOT)) for file in (ROOT / "arsupport/server/static").rglob("*") if file.is_file()}
    assert "arsupport/server/static/index.html" in client
    assert sources(".py") | {"arsupport/py.typed"} | client <= in_wheel
    assert any(name.startswith("arsupport/journal/migrations/versions/") for name in in_wheel)


def test_the_wheel_holds_nothing_else(in_wheel: set[str]) -> None:
    assert [name for name in in_wheel if not re.match(r"arsupport(-[\d.]+\.dist-info)?/", name)] == []
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in in_wheel)


def test_the_sdist_holds_sources_tests_and_the_built_client(in_sdist: set[str]) -> None:
    assert {
        "Makefile",
        "requirements.lock",
        "web/package-lock.json",
        "tests/packaging/test_distributions.py",
        "arsupport/server/static/index.html",
    } <= in_sdist


def test_the_sdist_holds_no_keys_and_no_foreign_packages(in_sdist: set[str]) -> None:
    unwanted = re.compile(r"\.(key|crt|pem|db)$|(^|/)(node_modules|\.venv|data)(/|$)")
    assert [name for name in in_sdist if unwanted.search(name)] == []


@pytest.fixture
def environment() -> dict[str, str]:
    """Return an environment in which there is neither Node nor this checkout."""
    return {"PATH": "/nowhere", "HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}


def test_the_lock_file_pins_everything_that_the_wheel_asks_for(installed: Path) -> None:
    subprocess.run([UV, "pip", "check", "--python", installed.with_name("python")], check=True)


def test_the_installed_wheel_knows_its_version(installed: Path, environment: dict[str, str], tmp_path: Path) -> None:
    result = subprocess.run(
        [installed, "--version"], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"arsupport \d+\.\d+\.\d+\n", result.stdout)


@pytest.fixture
def server(installed: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start the installed server; gives its local address once it is ready."""
    settings = {"ARSUPPORT_SERVER__PORT": "0", "ARSUPPORT_SERVER__HOST": "127.0.0.1"}
    with subprocess.Popen(
        [installed, "serve"], env=environment | settings, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            ready = next(line for line in process.stdout if line.startswith("ready at "))
            yield ready.split()[2], process
        finally:
            process.kill()


def test_the_installed_wheel_serves_the_client_and_stops(
    server: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    address, process = server
    trust = ssl.create_default_context(cafile=tmp_path / "data" / "certs" / "authority.crt")

    def get(path: str) -> str:
        with urllib.request.urlopen(address + path, context=trust) as answer:  # noqa: S310 - the address is ours
            assert answer.status == 200
            body: str = answer.read().decode()
            return body

    script = re.search(r'src="(/assets/[^"]+\.js)"', get("/sign-in"))
    assert script is not None
    assert len(get(script[1])) > 1000
    process.send_signal(signal.SIGTERM)
    assert process.wait() == os.EX_OK
