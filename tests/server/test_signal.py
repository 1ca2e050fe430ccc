"""The signalling socket of a real server, from outside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiortc.mediastreams import AudioStreamTrack
from structlog.testing import capture_logs

from arsupport.config import Config
from arsupport.errors import ArError, Code
from arsupport.journal import users
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.events import Role
from arsupport.server.tokens import SignalClaims

from .calls import Hall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path

    from sqlalchemy import Connection

    from arsupport.selftest.visitor import Visitor


LIMITS = {"connections": 8, "messages_per_second": 20, "description_bytes": 4096, "message_bytes": 8192, "sessions": 2}


def configured(folder: Path, **limits: int) -> Config:
    return Config.model_validate(
        {
            "server": {"host": "127.0.0.1", "port": 0, "tls": False},
            "data": {"folder": folder, "warn_free_mb": 0, "min_free_mb": 0},
            "media": {"include_loopback": True},
            "limits": LIMITS | limits,
        }
    )


@pytest.fixture
async def hall(config: Config) -> AsyncIterator[Hall]:
    async with Hall(configured(config.data.folder)) as hall:
        yield hall


async def code_of(work: Awaitable[object]) -> Code:
    with pytest.raises(ArError) as refusal:
        await work
    return refusal.value.code


async def asked(visitor: Visitor, message: s.ClientSignal, answer: type[Any]) -> Any:  # noqa: ANN401 - of that type
    await visitor.signal(message)
    return await visitor.expect(answer)


async def refused(visitor: Visitor, message: s.ClientSignal) -> Code:
    return await code_of(asked(visitor, message, s.Hello))


async def answer(socket: aiohttp.ClientWebSocketResponse) -> Any:  # noqa: ANN401 - any signal
    message = await socket.receive(10)
    assert message.type is aiohttp.WSMsgType.BINARY, message
    return decode(message.data, s.ServerSignal)


async def refused_hello(hall: Hall, data: bytes | str) -> tuple[str, str]:
    """Send a first message; give what it was refused for, after seeing the connection close for that."""
    socket = await hall.socket()
    await (socket.send_str(data) if isinstance(data, str) else socket.send_bytes(data))
    refusal = await answer(socket)
    closed = await socket.receive(10)
    assert (closed.type, socket.close_code) == (aiohttp.WSMsgType.CLOSE, 4401)
    return refusal.to, refusal.code


def hello(token: str, version: int = s.VERSION) -> bytes:
    return encode(s.Hello(version, token))


# The course of a call.


async def test_a_call_from_asking_to_the_end(hall: Hall) -> None:
    expert, onsite, session, joined = await hall.paired("V2 leaks")
    assert (joined.session, joined.participant, joined.role) == (session, "p1", Role.ONSITE)
    await asyncio.gather(expert.connect(video=True), hall.publish(onsite))
    (connected,) = {event.participant for event in (await expert.heard(e.ParticipantConnected))[:1]}
    assert connected in {"p1", "p2"}
    await expert.heard(e.TrackStarted)
    await expert.until(lambda: bool(expert.slots), "no track was assigned")
    (slot,) = expert.slots.values()
    assert (slot.track, slot.kind) == ("p1-1", e.Kind.VIDEO)
    # What the caller wrote is the first thing that is said, and in the log.
    assert [(event.by, event.body) for event in expert.events if isinstance(event.body, e.Said)] == [
        ("p1", e.Said("V2 leaks"))
    ]
    await expert.command(c.Say("hello"))
    await expert.command(c.EndSession("mended"))
    ends = await asyncio.gather(expert.expect(s.Ended), onsite.expect(s.Ended))
    assert [(end.code, end.reason) for end in ends] == [("", "mended")] * 2
    assert await code_of(asked(expert, s.EnterSession(session), s.Joined)) is Code.SESSION_ENDED


async def test_one_of_two_experts_gets_the_call(hall: Hall) -> None:
    _, call = await hall.caller()
    experts = [await hall.expert("eva"), await hall.expert("ivo")]
    outcomes = await asyncio.gather(
        *(asked(expert, s.Admit(call), s.Admitted) for expert in experts), return_exceptions=True
    )
    assert [it.code for it in outcomes if isinstance(it, ArError)] == [Code.CALL_TAKEN]
    assert len([it for it in outcomes if isinstance(it, s.Admitted)]) == 1


async def test_an_invitation_admits_by_itself(hall: Hall) -> None:
    onsite = await hall.onsite(invited_by="eva")
    joined = await asked(onsite, s.AskForHelp("Ole", consent=True), s.Joined)
    assert joined.participant == "p1"
    expert = await hall.expert()
    assert (await asked(expert, s.EnterSession(joined.session), s.Joined)).participant == "p2"


async def test_a_key_brings_back_the_same_participant_and_the_newest_connection_wins(hall: Hall) -> None:
    expert, onsite, session, joined = await hall.paired()
    again = await hall.visitor()
    welcome = await again.greet(joined.key)
    assert isinstance(welcome, s.Welcome)
    back = await again.expect(s.Joined)
    assert (back.session, back.participant) == (session, "p1")
    assert (await onsite.expect(s.Ended)).code == Code.REPLACED
    assert await refused(onsite, s.Offer("v=0")) is Code.REPLACED
    await expert.signal(s.Leave())
    assert (await again.expect(s.Ended)).reason == "left"
    late = await hall.visitor()
    assert isinstance(await late.greet(joined.key), s.Refused)


async def test_a_fixed_camera_is_called_into_the_session_and_back_after_a_cut(hall: Hall) -> None:
    expert, _, session, _ = await hall.paired()
    camera_id, key = await hall.camera_key()
    camera = await hall.visitor()
    welcome = await camera.greet(key)
    assert isinstance(welcome, s.Welcome)
    assert (welcome.role, welcome.machine_name) == (Role.CAMERA, "Press 4")
    assert (await asked(expert, s.CallCamera(camera_id), s.Admitted)).session == session
    assert (await camera.expect(s.Joined)).participant == "p3"
    rival = await hall.visitor()
    taken = await rival.greet(key)
    assert isinstance(taken, s.Refused)
    assert (taken.to, taken.code) == ("hello", Code.CAMERA_TAKEN)
    await camera.__aexit__()
    returned = await hall.visitor()
    while isinstance(await returned.greet(key), s.Refused):
        await returned.__aexit__()
        returned = await hall.visitor()
    assert (await returned.expect(s.Joined)).participant == "p3"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.SUPERVISOR])
async def test_who_has_no_picture_to_send_cannot(hall: Hall, role: Role) -> None:
    _, onsite, session, _ = await hall.paired()
    guest = await hall.guest(session, role)
    assert await code_of(hall.publish(guest)) is Code.NOT_ALLOWED
    # The place is still there for an offer that only receives.
    await asyncio.gather(guest.connect(video=True), hall.publish(onsite))
    await guest.until(lambda: bool(guest.slots), "no track was assigned")
    assert {body.participant for body in await guest.heard(e.TrackStarted)} == {"p1"}
    assert await code_of(guest.command(c.EndSession())) is Code.NOT_ALLOWED


async def test_an_observer_cannot_send_a_voice_and_a_supervisor_can(hall: Hall) -> None:
    _, _, session, _ = await hall.paired()
    observer, supervisor = [await hall.guest(session, role) for role in (Role.OBSERVER, Role.SUPERVISOR)]
    assert await code_of(observer.connect(video=True, voice=AudioStreamTrack())) is Code.NOT_ALLOWED
    await supervisor.connect(video=True, voice=AudioStreamTrack())
    assert [body.kind for body in await supervisor.heard(e.TrackStarted)] == [e.Kind.AUDIO]
    assert await refused(observer, s.Admit("any")) is Code.NOT_ALLOWED


async def test_everybody_hears_everybody_else(config: Config) -> None:
    roomy = configured(config.data.folder, message_bytes=65_536, description_bytes=32_768)
    async with Hall(roomy) as hall:
        expert, onsite, session, joined = await hall.paired()
        supervisor, observer = [await hall.guest(session, role) for role in (Role.SUPERVISOR, Role.OBSERVER)]
        speakers = [expert, onsite, supervisor]
        await asyncio.gather(
            *(it.connect(video=False, voices=joined.voices, voice=AudioStreamTrack()) for it in speakers),
            observer.connect(video=False, voices=joined.voices),
        )
        for listener, voices in ((expert, 2), (onsite, 2), (supervisor, 2), (observer, 3)):
            await _hears(listener, voices)


async def _hears(listener: Visitor, voices: int) -> None:
    """Wait until so many different voices are assigned, each to a line of its own."""
    tracks = listener.slots.values
    await listener.until(lambda: len({slot.track for slot in tracks()}) == voices, f"{voices} voices were not heard")


async def test_who_leaves_while_waiting_is_gone_from_the_console(hall: Hall) -> None:
    expert = await hall.expert()
    for leave in ("cancel", "close"):
        onsite, call = await hall.caller()
        await _lobby(expert, [call])
        if leave == "cancel":
            await onsite.signal(s.CancelCall())
        else:
            await onsite.__aexit__()
        await _lobby(expert, [])
        assert await refused(expert, s.Admit(call)) is Code.UNKNOWN_CALL


async def _lobby(expert: Visitor, calls: list[str]) -> None:
    while [call.call for call in (await expert.expect(s.Lobby)).calls] != calls:
        pass


# An account that is disabled meanwhile.


async def _disable(hall: Hall, login: str) -> None:
    journal = hall.server.parts.journal

    def change(connection: Connection) -> None:
        user = users.by_login(connection, login)
        user = user or users.create(connection, login=login, name=login, role="expert", at_ms=1)
        users.disable(connection, user.id, at_ms=2)

    await journal.write(change)


async def test_a_disabled_user_is_sent_away_from_a_running_session(hall: Hall) -> None:
    expert, onsite, _, _ = await hall.paired()
    await expert.connect(video=False)
    await _disable(hall, "eva")
    assert (await expert.expect(s.Ended)).code == Code.NOT_SIGNED_IN
    assert (await onsite.expect(s.Ended)).reason == "left"
    back = await hall.visitor()
    refusal = await back.greet(hall.token(Role.EXPERT, "eva"))
    assert isinstance(refusal, s.Refused)
    assert (refusal.to, refusal.code) == ("hello", Code.NOT_SIGNED_IN)


async def test_a_disabled_users_key_and_invitation_are_worth_nothing(hall: Hall) -> None:
    expert, _, session, _ = await hall.paired()
    ivo = await hall.expert("ivo")
    key = (await asked(ivo, s.EnterSession(session), s.Joined)).key
    invited = await hall.onsite(invited_by="ivo")
    await ivo.__aexit__()
    await _disable(hall, "ivo")
    refusal = await (await hall.visitor()).greet(key)
    assert isinstance(refusal, s.Refused)
    assert refusal.code == Code.NOT_SIGNED_IN
    assert await refused(invited, s.AskForHelp("Ole", consent=True)) is Code.NOT_SIGNED_IN
    await expert.connect(video=False)  # the others go on


# Bad input.


async def test_a_foreign_page_gets_no_socket(hall: Hall) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await hall.socket(Origin="https://evil.test")
    assert refusal.value.status == 403
    socket = await hall.socket(Origin=hall.server.public_url)
    await socket.send_bytes(hello(hall.token(Role.EXPERT, "eva")))
    assert isinstance(await answer(socket), s.Welcome)


async def test_more_connections_than_allowed_are_refused(hall: Hall) -> None:
    for _ in range(LIMITS["connections"]):
        await hall.expert()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await hall.socket()
    assert refusal.value.status == 503


async def test_a_token_works_once_and_not_for_ever(hall: Hall) -> None:
    token = hall.token(Role.EXPERT, "eva")
    await (await hall.visitor()).greet(token)
    assert await refused_hello(hall, hello(token)) == ("hello", Code.LINK_USED)
    tokens = hall.server.parts.tokens
    tokens.lifetime = -60
    expired = tokens.issue_signal(SignalClaims(Role.EXPERT, account="eva"))
    assert await refused_hello(hall, hello(expired)) == ("hello", Code.LINK_EXPIRED)


async def test_first_messages_that_are_no_good_hello(hall: Hall) -> None:
    good = hall.token(Role.EXPERT, "eva")
    gone = hall.server.parts.tokens.issue_key("no-such-session", "p1")
    unknown_machine = hall.server.parts.tokens.issue_signal(SignalClaims(Role.ONSITE, machine="gone"))
    outcomes = {
        "not msgpack": await refused_hello(hall, b"\xc1"),
        "text": await refused_hello(hall, "hello"),
        "another message": await refused_hello(hall, encode(s.Ping(0))),
        "too large": await refused_hello(hall, bytes(LIMITS["message_bytes"] + 1)),
        "another version": await refused_hello(hall, hello(good, version=99)),
        "forged": await refused_hello(hall, hello(good[:-4] + "AAAA")),
        "no camera's key": await refused_hello(hall, hello("nobody")),
        "ended session": await refused_hello(hall, hello(gone)),
        "unknown machine": await refused_hello(hall, hello(unknown_machine)),
    }
    assert outcomes == {
        "not msgpack": ("hello", Code.BAD_MESSAGE),
        "text": ("hello", Code.BAD_MESSAGE),
        "another message": ("hello", Code.BAD_MESSAGE),
        "too large": ("hello", Code.MESSAGE_TOO_LARGE),
        "another version": ("hello", Code.UNSUPPORTED_VERSION),
        "forged": ("hello", Code.NOT_ALLOWED),
        "no camera's key": ("hello", Code.UNKNOWN_CAMERA),
        "ended session": ("hello", Code.SESSION_ENDED),
        "unknown machine": ("hello", Code.UNKNOWN_MACHINE),
    }


async def test_silence_instead_of_hello_is_cut(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arsupport.server.signal._HELLO_SECONDS", 0.1)
    socket = await hall.socket()
    assert (await answer(socket)).code == Code.BAD_MESSAGE
    assert (await socket.receive(10)).type is aiohttp.WSMsgType.CLOSE


async def test_a_client_without_heartbeat_is_dropped_with_its_call(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    expert = await hall.expert()
    monkeypatch.setattr("arsupport.server.signal._SILENCE_SECONDS", 0.3)
    socket = await hall.socket()
    await socket.send_bytes(hello(hall.token(Role.ONSITE)))
    await socket.send_bytes(encode(s.AskForHelp("Ole", consent=True)))
    while not (await expert.expect(s.Lobby)).calls:
        pass
    await _lobby(expert, [])
    while (message := await socket.receive(10)).type is aiohttp.WSMsgType.BINARY:
        pass
    assert message.type is aiohttp.WSMsgType.CLOSE


async def test_messages_that_are_refused_leave_the_connection(hall: Hall) -> None:
    expert, onsite = await hall.expert(), await hall.onsite()
    with capture_logs() as logged:
        outcomes = [
            await refused(expert, s.Admit("nobody")),
            await refused(expert, s.CallCamera("nobody")),
            await refused(expert, s.EnterSession("nobody")),
            await refused(expert, s.AskForHelp("Eva", consent=True)),
            await refused(expert, s.Offer("v=0")),
            await refused(expert, s.Leave()),
            await refused(expert, s.Hello(s.VERSION, "again")),
            await refused(expert, s.Offer("x" * (LIMITS["description_bytes"] + 1))),
            await refused(onsite, s.Admit("nobody")),
            await refused(onsite, s.EnterSession("nobody")),
            await refused(onsite, s.AskForHelp("Ole", consent=False)),
        ]
    assert outcomes == [
        Code.UNKNOWN_CALL,
        Code.UNKNOWN_CAMERA,
        Code.SESSION_ENDED,
        Code.NOT_ALLOWED,
        Code.NOT_ALLOWED,
        Code.NOT_ALLOWED,
        Code.BAD_MESSAGE,
        Code.MESSAGE_TOO_LARGE,
        Code.NOT_ALLOWED,
        Code.NOT_ALLOWED,
        Code.CONSENT_NEEDED,
    ]
    assert [line["code"] for line in logged] == outcomes
    await asked(onsite, s.AskForHelp("Ole", consent=True), s.Waiting)
    assert await refused(onsite, s.AskForHelp("Ole", consent=True)) is Code.BAD_MESSAGE


async def test_what_cannot_be_read_is_answered_without_a_name(hall: Hall) -> None:
    socket = await hall.socket()
    await socket.send_bytes(hello(hall.token(Role.ONSITE)))
    assert isinstance(await answer(socket), s.Welcome)
    await socket.send_bytes(b"\xc1")
    refusal = await answer(socket)
    assert (refusal.to, refusal.code) == ("", Code.BAD_MESSAGE)
    await socket.send_bytes(encode(s.Ping(7)))
    assert (await answer(socket)).client_time == 7


@pytest.mark.parametrize("size", [LIMITS["message_bytes"] + 1, 2_000_000])
async def test_what_is_too_large_ends_the_connection(hall: Hall, size: int) -> None:
    socket = await hall.socket()
    await socket.send_bytes(hello(hall.token(Role.ONSITE)))
    assert isinstance(await answer(socket), s.Welcome)
    await socket.send_bytes(bytes(size))
    last = await socket.receive(10)
    if last.type is aiohttp.WSMsgType.BINARY:
        assert decode(last.data, s.ServerSignal).code == Code.MESSAGE_TOO_LARGE
        last = await socket.receive(10)
    assert last.type is aiohttp.WSMsgType.CLOSE
    assert last.data in {4401, 1009}


async def test_a_flood_is_one_line_in_the_log_and_the_end(hall: Hall) -> None:
    socket = await hall.socket()
    await socket.send_bytes(hello(hall.token(Role.ONSITE)))
    assert isinstance(await answer(socket), s.Welcome)
    with capture_logs() as logged:
        for _ in range(10 * LIMITS["messages_per_second"]):
            await socket.send_bytes(encode(s.Ping(0)))
        while isinstance(told := await answer(socket), s.Pong):
            pass
        assert (told.to, told.code) == ("", Code.TOO_MANY_REQUESTS)
        assert (await socket.receive(10)).type is aiohttp.WSMsgType.CLOSE
    assert [line["code"] for line in logged] == [Code.TOO_MANY_REQUESTS]


async def test_an_offer_that_is_none_leaves_the_place_for_a_better_one(hall: Hall) -> None:
    expert, _, _, _ = await hall.paired()
    assert await refused(expert, s.Offer("v=0 nonsense")) is Code.BAD_DESCRIPTION
    await expert.connect(video=False)


async def test_offers_without_end_are_refused_before_they_are_read(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arsupport.server.signal._OFFERS_PER_MINUTE", 2)
    expert, _, _, _ = await hall.paired()
    codes = [await refused(expert, s.Offer("v=0 nonsense")) for _ in range(3)]
    assert codes == [Code.BAD_DESCRIPTION, Code.BAD_DESCRIPTION, Code.TOO_MANY_REQUESTS]


async def test_nobody_is_in_two_sessions(hall: Hall) -> None:
    expert, _, session, _ = await hall.paired()
    _, call = await hall.caller()
    other = (await asked(expert, s.Admit(call), s.Admitted)).session
    assert await refused(expert, s.EnterSession(other)) is Code.BAD_MESSAGE
    assert (await asked(expert, s.EnterSession(session), s.Joined)).participant == "p2"


async def test_an_invited_caller_hears_why_there_is_no_session(config: Config) -> None:
    async with Hall(configured(config.data.folder, sessions=1)) as hall:
        await hall.paired()
        late = await hall.onsite(invited_by="ivo")
        await late.signal(s.AskForHelp("Ole", consent=True))
        assert await code_of(late.expect(s.Joined)) is Code.TOO_MANY
        watching = await hall.expert("ivo")
        assert (await watching.expect(s.Lobby)).calls == []


async def test_a_stopping_server_says_goodbye_and_the_next_one_knows_the_session(config: Config) -> None:
    settings = configured(config.data.folder)
    async with Hall(settings) as hall:
        _, onsite, session, joined = await hall.paired()
        await onsite.connect(video=False)
        await hall.stop()
        assert (await onsite.expect(s.Ended)).code == Code.SERVER_STOPPING
    async with Hall(settings) as hall:
        again = await hall.visitor()
        await again.greet(joined.key)
        assert (await again.expect(s.Joined)).session == session
        await again.connect(video=False)
        assert await again.heard(e.ServerRestarted)
