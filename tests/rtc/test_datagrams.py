from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from arsupport.rtc.datagrams import BURST, DATAGRAM_BYTES, RECEIVE_BUFFER_BYTES, Inbox, Outbox, enlarge_receive_buffer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["127.0.0.1", "::1"])
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two UDP sockets on this machine; the first one receives."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as receiver, socket.socket(family, socket.SOCK_DGRAM) as sender:
        receiver.bind((request.param, 0))
        sender.bind((request.param, 0))
        yield receiver, sender


def put(outbox: Outbox, data: bytes) -> None:
    outbox.buffers[outbox.count][0 : len(data)] = data
    outbox.lengths[outbox.count] = len(data)
    outbox.count += 1


def taken(inbox: Inbox, receiver: socket.socket) -> list[int]:
    """Receive, and give the lengths."""
    return list(inbox.lengths[: inbox.receive(receiver.fileno())])


def test_a_burst_arrives_in_order_with_the_senders_address(pair: tuple[socket.socket, socket.socket]) -> None:
    receiver, sender = pair
    outbox = Outbox(*receiver.getsockname()[:2])
    sent = [bytes([number]) * (number + 1) for number in range(BURST)]
    for data in sent:
        put(outbox, data)
    outbox.flush(sender.fileno())
    assert (outbox.count, outbox.dropped) == (0, 0)
    inbox = Inbox()
    lengths = taken(inbox, receiver)
    assert [bytes(inbox.buffers[index][0:length]) for index, length in enumerate(lengths)] == sent
    assert {inbox.address(index) for index in range(BURST)} == {sender.getsockname()[:2]}


def test_nothing_waits(pair: tuple[socket.socket, socket.socket]) -> None:
    assert taken(Inbox(), pair[0]) == []


def test_what_is_too_large_is_not_taken_for_a_shorter_one(pair: tuple[socket.socket, socket.socket]) -> None:
    receiver, sender = pair
    for data in (bytes(DATAGRAM_BYTES + 1), b"fits"):
        sender.sendto(data, receiver.getsockname())
    assert taken(Inbox(), receiver) == [DATAGRAM_BYTES, 4]


def test_a_path_that_is_gone_drops_and_counts() -> None:
    outbox = Outbox("127.0.0.1", 9)
    put(outbox, b"a")
    put(outbox, b"b")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        descriptor = sender.fileno()
    outbox.flush(descriptor)
    assert (outbox.count, outbox.dropped) == (0, 2)


def test_a_socket_that_is_closed_is_an_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        descriptor = closed.fileno()
    with pytest.raises(OSError, match="recvmmsg"):
        Inbox().receive(descriptor)


def test_a_socket_holds_more_than_by_default(pair: tuple[socket.socket, socket.socket]) -> None:
    receiver, _sender = pair
    before = receiver.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    enlarge_receive_buffer(receiver)
    after = receiver.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    assert after >= min(2 * before, 2 * RECEIVE_BUFFER_BYTES)
    enlarge_receive_buffer(receiver)
    assert receiver.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == after
