"""The configuration: one TOML file, overridden by the environment, refused with key and reason when wrong.

Every limit that an installation may want to change has its name, its bounds and its explanation here;
the tables in ``docs/configuration.md`` are made from these descriptions.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEFAULT_FILE = Path("arsupport.toml")
ENV_PREFIX = "ARSUPPORT_"
ENV_DELIMITER = "__"
# The environment's form of --config: it names the file, so it is no key of the file.
ENV_FILE = "ARSUPPORT_CONFIG"


def _origin(value: str) -> str:
    """Check a web origin (RFC 6454 section 6.2): scheme, host and optional port, nothing behind it."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an origin looks like https://host or https://host:port")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
        raise ValueError("an origin has no path, query or user name")
    return f"{parts.scheme}://{parts.netloc}".lower()


Origin = Annotated[str, AfterValidator(_origin)]


def _turn_url(value: str) -> str:
    """Check the address of a TURN server (RFC 7065)."""
    if not re.fullmatch(r"turns?:[^\s?/@]+(\?transport=(udp|tcp))?", value):
        raise ValueError("a TURN address looks like turns:turn.example.com:443?transport=tcp")
    return value


TurnUrl = Annotated[str, AfterValidator(_turn_url)]

Network = IPv4Network | IPv6Network


class Section(BaseModel):
    """A part of the configuration: an unknown key is a mistake, and nothing changes after the start."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ServerConfig(Section):
    """Where the server listens, and under which name browsers know it."""

    host: str = Field(default="0.0.0.0", description="Address to listen on.")  # noqa: S104 - tablets come from the LAN
    port: int = Field(default=8443, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one.")
    tls: bool = Field(
        default=True,
        description="Serve HTTPS. Turn it off only behind a proxy that does: browsers give no camera to plain HTTP.",
    )
    public_url: Origin | None = Field(
        default=None,
        description="Origin that people type and links carry, such as `https://help.example.com`. "
        "Without it the server uses the machine's LAN address and port.",
    )
    origins: tuple[Origin, ...] = Field(
        default=(),
        max_length=32,
        description="Further origins whose pages may talk to this server, compared exactly.",
    )
    cert_file: Path | None = Field(
        default=None,
        description="Certificate chain (PEM). Without it the certificate made by `arsupport certs` is used.",
    )
    key_file: Path | None = Field(
        default=None, description="Private key of `cert_file` (PEM), readable by its owner only (mode 0600)."
    )

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file belong together: give both or neither")
        return self


class DataConfig(Section):
    """Where everything is kept."""

    folder: Path = Field(
        default=Path("data"), description="Folder of the database, recordings and pictures; made when missing."
    )
    warn_free_mb: int = Field(
        default=2048, ge=0, description="Free disk space (MB) below which each new session is logged with a warning."
    )
    min_free_mb: int = Field(
        default=512, ge=0, description="Free disk space (MB) below which no new session starts (`disk-full`)."
    )

    @model_validator(mode="after")
    def _warns_before_it_refuses(self) -> Self:
        if self.warn_free_mb < self.min_free_mb:
            raise ValueError("warn_free_mb must not be smaller than min_free_mb")
        return self


class IceServer(Section):
    """A STUN or TURN server for participants behind address translation (W3C WebRTC section 4.2.2)."""

    urls: tuple[str, ...] = Field(min_length=1, max_length=8, description="Such as `turn:turn.example.com:3478`.")
    username: str | None = Field(default=None, description="User name for TURN.")
    credential: SecretStr | None = Field(default=None, description="Password for TURN.")


class MediaConfig(Section):
    """How video, audio and marks travel."""

    ice_servers: tuple[IceServer, ...] = Field(
        default=(),
        max_length=8,
        description="STUN and TURN servers, for the server and the browsers. None is asked unless named here.",
    )
    include_loopback: bool = Field(
        default=False,
        description="Offer 127.0.0.1 too: for browsers and cameras on the server's own machine without a network.",
    )
    fast_path: bool = Field(
        default=True,
        description="Forward packets straight from socket to socket, where a check at the start finds that it works; "
        "turned off, each takes the longer way through the WebRTC library.",
    )


class TurnConfig(Section):
    """A TURN server for networks that let no UDP through; participants get credentials that end by themselves."""

    urls: tuple[TurnUrl, ...] = Field(
        default=(),
        max_length=4,
        description="Where browsers and cameras reach it, such as `turns:turn.example.com:443?transport=tcp`.",
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Secret that it shares with this server (coturn: `static-auth-secret`). "
        "Meant for the environment; in a file of its own it is `secret_file`.",
    )
    secret_file: Path | None = Field(
        default=None, description="File that holds the secret, readable by its owner only (mode 0600)."
    )
    relay_only: bool = Field(
        default=False, description="Let picture, sound and marks go through the TURN server, also where they need not."
    )

    @model_validator(mode="after")
    def _addresses_have_their_secret(self) -> Self:
        if self.secret is not None and self.secret_file is not None:
            raise ValueError("give secret or secret_file, not both")
        if bool(self.urls) != (self.secret is not None or self.secret_file is not None):
            raise ValueError("urls belong together with secret or secret_file")
        if self.relay_only and not self.urls:
            raise ValueError("relay_only needs urls")
        return self


class LimitsConfig(Section):
    """What one participant, session or address may ask for. Everything is checked before it is worked on."""

    message_bytes: int = Field(
        default=64 * 1024, ge=4096, le=80 * 1024, description="Largest message on the signalling socket."
    )
    messages_per_second: int = Field(
        default=60,
        ge=10,
        le=10_000,
        description="Messages per second on a signalling socket; beyond, the server hangs up.",
    )
    description_bytes: int = Field(
        default=32 * 1024, ge=4096, le=64 * 1024, description="Largest session description (SDP) taken from a client."
    )
    connections: int = Field(default=256, ge=2, le=100_000, description="Signalling sockets open at the same time.")
    waiting_calls: int = Field(default=32, ge=1, le=10_000, description="Calls that may wait for an expert.")
    sessions: int = Field(default=32, ge=1, le=1_000, description="Sessions running at the same time.")
    participants_per_session: int = Field(
        default=6, ge=2, le=8, description="People in one session: everybody hears everybody else."
    )
    cameras_per_session: int = Field(
        default=3, ge=1, le=8, description="Pictures in one session: tablets and fixed cameras together."
    )
    marks_per_session: int = Field(default=200, ge=1, le=10_000, description="Marks that exist at once in a session.")
    points_per_mark: int = Field(default=512, ge=2, le=10_000, description="Points of a freehand line.")
    pictures_per_session: int = Field(
        default=200, ge=1, le=10_000, description="Photos, shared pictures and annotated ones in one session."
    )
    picture_mb: int = Field(default=20, ge=1, le=64, description="Largest picture (MB) that a participant may send.")
    picture_megapixels: int = Field(
        default=50, ge=1, le=200, description="Most pixels (millions) of a picture that a participant may send."
    )
    text_chars: int = Field(
        default=500, ge=20, le=10_000, description="Characters of a name, a text mark, an instruction or a chat line."
    )
    token_minutes: int = Field(
        default=10, ge=1, le=24 * 60, description="Life of the token that opens the signalling socket."
    )
    sign_in_hours: int = Field(default=12, ge=1, le=24 * 31, description="Hours until a signed-in user signs in again.")
    setup_link_minutes: int = Field(
        default=30, ge=1, le=24 * 60, description="Life of the one-time link that sets the first password."
    )
    invitation_minutes: int = Field(default=60, ge=1, le=24 * 60 * 7, description="Life of an invitation to a session.")
    enrolment_minutes: int = Field(
        default=60, ge=1, le=24 * 60 * 7, description="Life of the token with which a fixed camera comes to a machine."
    )
    sign_in_attempts_per_minute: int = Field(
        default=10, ge=1, le=1_000, description="Sign-in attempts per minute and address, and per user name."
    )
    calls_per_minute: int = Field(
        default=10, ge=1, le=1_000, description="Calls and machine codes tried per minute and address."
    )


class RecordingConfig(Section):
    """How sessions are recorded."""

    segment_seconds: int = Field(
        default=10,
        ge=2,
        le=600,
        description="Length of one self-contained piece of recording; each is hashed into the journal when it closes.",
    )


class MetricsConfig(Section):
    """Who may read the figures of `/metrics`; nobody unless it is said here."""

    token: SecretStr | None = Field(
        default=None, min_length=16, description="Whoever sends it as a bearer token may read them."
    )
    addresses: tuple[Network, ...] = Field(
        default=(),
        max_length=32,
        description="Addresses and networks that may read them without a token, such as `127.0.0.1` or `10.0.0.0/24`. "
        "Behind a proxy everybody comes from the proxy's address: use a token there.",
    )


class LogConfig(Section):
    """What the server writes about itself."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least severe level.")
    json_lines: bool = Field(default=False, description="One JSON object per line instead of text for people.")


class Config(Section):
    """The whole configuration. Built directly it holds just what it is given; `load` reads file and environment."""

    server: ServerConfig = ServerConfig()
    data: DataConfig = DataConfig()
    media: MediaConfig = MediaConfig()
    turn: TurnConfig = TurnConfig()
    limits: LimitsConfig = LimitsConfig()
    recording: RecordingConfig = RecordingConfig()
    metrics: MetricsConfig = MetricsConfig()
    log: LogConfig = LogConfig()


class _FileAndEnvironment(BaseSettings, Config):
    """A `Config` whose values come from the arguments (the file), overridden by the environment."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load(file: Path | None = None) -> Config:
    """Read the configuration.

    Args:
        file: the TOML file; None takes `arsupport.toml` in the working folder if there is one, else only defaults.

    Raises:
        ArError: BAD_CONFIG, naming every wrong key and why it is wrong.
    """
    _refuse_unknown_environment()
    path = file or DEFAULT_FILE
    values = _read_toml(path) if file is not None or path.exists() else {}
    try:
        return Config(**dict(_FileAndEnvironment(**values)))
    except ValidationError as error:
        reasons = "; ".join(_reason(item) for item in error.errors(include_url=False, include_input=False))
        raise ArError(Code.BAD_CONFIG, reasons) from error
    except SettingsError as error:
        raise ArError(Code.BAD_CONFIG, f"environment: {error}: {error.__cause__}") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArError(Code.BAD_CONFIG, f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArError(Code.BAD_CONFIG, f"{path} is not TOML: {error}") from error


def _refuse_unknown_environment() -> None:
    """Name the variables that look like ours but set nothing: the settings library passes over them silently."""
    for name in os.environ:
        if not name.upper().startswith(ENV_PREFIX) or name.upper() == ENV_FILE:
            continue
        section = name[len(ENV_PREFIX) :].split(ENV_DELIMITER)[0].lower()
        if section not in Config.model_fields:
            raise ArError(Code.BAD_CONFIG, f"environment {name}: unknown key{_suggestion(section, Config)}")


def _reason(item: ErrorDetails) -> str:
    key = ".".join(str(part) for part in item["loc"])
    if item["type"] != "extra_forbidden":
        return f"{key}: {item['msg'].removeprefix('Value error, ')}"
    section: type[BaseModel] = Config
    for part in item["loc"][:-1]:
        field = section.model_fields.get(str(part))
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return f"{key}: unknown key"
        section = field.annotation
    return f"{key}: unknown key{_suggestion(str(item['loc'][-1]), section)}"


def _suggestion(key: str, section: type[BaseModel]) -> str:
    close = difflib.get_close_matches(key, section.model_fields, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known here: {', '.join(section.model_fields)}"
