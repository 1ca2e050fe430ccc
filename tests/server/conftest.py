"""A server on a real journal in a temporary folder, and a client that is nobody until it says who."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from joserfc.jwk import OctKey

from arsupport.config import Config
from arsupport.journal import audit, machines, sessions, sign_ins, users
from arsupport.journal.database import Database
from arsupport.journal.journal import Journal
from arsupport.protocol.codec import encode
from arsupport.protocol.events import Event
from arsupport.server import secret
from arsupport.server.accounts import COOKIE
from arsupport.server.app import make_app
from arsupport.server.origins import Origins
from arsupport.server.parts import Parts, Rates
from arsupport.server.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from arsupport.journal.machines import Machine
    from arsupport.journal.users import User
    from arsupport.protocol.rest import AccountRole

ORIGIN = "https://plant.test"
STATIC = {
    "index.html": "console",
    "sign-in.html": "sign in",
    "setup.html": "set up",
    "new-password.html": "new password",
    "trust.html": "trust",
    "not-found.html": "not found",
    "session.html": "session",
    "replay.html": "replay",
    "tablet.html": "tablet",
    "machine.html": "machine",
    "check.html": "check",
    "assets/index-0a1b2c3d.js": "export {}",
}


@dataclass
class Clock:
    """A clock that stands until a test moves it; ms UTC."""

    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def advance(self, *, minutes: float) -> None:
        self.now += round(minutes * 60_000)


@dataclass
class House:
    """A running server, its storage and its clock."""

    client: TestClient[Any, Any]
    parts: Parts
    clock: Clock
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def journal(self) -> Journal:
        return self.parts.journal

    async def get(self, path: str, cookie: str = "", **headers: str) -> aiohttp.ClientResponse:
        return await self.client.get(path, headers=_headers(cookie, None, headers), allow_redirects=False)

    async def post(
        self, path: str, body: object = None, cookie: str = "", *, origin: str | None = ORIGIN
    ) -> aiohttp.ClientResponse:
        data = b"" if body is None else msgspec.json.encode(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        return await self.client.post(path, data=data, headers=_headers(cookie, origin, kind))

    async def user(self, role: AccountRole, *, password_hash: str | None = None) -> User:
        login = f"{role}-{next(self._numbers)}"
        return await self.journal.write(
            lambda connection: users.create(
                connection, login=login, name=login.title(), role=role, at_ms=self.clock(), password_hash=password_hash
            )
        )

    async def sign_in(self, role: AccountRole, user: User | None = None) -> str:
        """Sign a new user in without a password; give the cookie."""
        who, value = user or await self.user(role), secret.new()
        await self.journal.write(
            lambda connection: sign_ins.begin(
                connection,
                user_id=who.id,
                secret_digest=secret.digest(value),
                at_ms=self.clock(),
                expires_at_ms=self.clock() + 3_600_000,
            )
        )
        return f"{COOKIE}={value}"

    async def machine(self, name: str = "Press 1") -> Machine:
        return await self.journal.write(
            lambda connection: machines.create(connection, name=name, site="Hall 4", at_ms=self.clock())
        )

    async def session(self, machine: Machine, bodies: Sequence[Any] = ()) -> str:
        """Open a session, with one event a millisecond."""
        row = await self.journal.write(
            lambda connection: sessions.create(connection, machine_id=machine.id, at_ms=self.clock())
        )
        entries = []
        for seq, body in enumerate(bodies, 1):
            event = Event(seq, self.clock() + seq, "p1", 0, body)
            entries.append((seq, event.at, str(body.__struct_config__.tag), encode(event)))
        await self.journal.append(row.id, entries)
        return row.id

    async def audited(self) -> list[tuple[str, str, str]]:
        """Give the audit as (kind, actor, subject)."""
        entries = await self.journal.read(lambda connection: list(audit.read(connection)))
        return [(entry.type, entry.deed.actor, entry.deed.subject) for entry in entries]


def _headers(cookie: str, origin: str | None, more: dict[str, str]) -> dict[str, str]:
    return more | ({"Cookie": cookie} if cookie else {}) | ({"Origin": origin} if origin else {})


async def problem(response: aiohttp.ClientResponse) -> tuple[int, str]:
    """Give a refusal's status and code."""
    return response.status, (await response.json())["code"]


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables once: they are the same for every test."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    Database.open(folder).close()
    return folder


@pytest.fixture
def config(tmp_path: Path, empty_data: Path) -> Config:
    shutil.copytree(empty_data, tmp_path / "data")
    return Config.model_validate({"data": {"folder": tmp_path / "data"}, "limits": {"calls_per_minute": 1000}})


@pytest.fixture
async def house(config: Config, tmp_path: Path) -> AsyncIterator[House]:
    static = tmp_path / "static"
    for name, text in STATIC.items():
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(text)
    (tmp_path / "secret.txt").write_text("outside")
    clock = Clock()
    journal = Journal.open(config.data.folder)
    parts = Parts(
        config=config,
        journal=journal,
        tokens=Tokens(OctKey.generate_key(256, parameters={"kid": "test"}), lifetime=600, clock=clock),
        origins=Origins([ORIGIN]),
        rates=Rates.of(config, clock=lambda: clock() / 1000),
        public_url=ORIGIN,
        static=static,
        clock=clock,
    )
    server = TestServer(make_app(parts))
    async with TestClient(server, cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield House(client, parts, clock)
    await journal.close()
