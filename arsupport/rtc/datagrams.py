"""Many UDP datagrams in one system call: ``recvmmsg(2)`` and ``sendmmsg(2)`` on buffers that never move.

A video frame arrives as a burst of packets. Read and sent one by one, each costs a turn of the event loop and two
system calls; a whole burst costs about as much as one of them.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING, Any, Final

from cffi import FFI

if TYPE_CHECKING:
    from collections.abc import Sequence

BURST: Final = 32
"""Datagrams that one call takes."""

DATAGRAM_BYTES: Final = 2048
"""Room for one datagram; whatever is larger is no packet of ours (RFC 8834 section 3: below the path's MTU)."""

RECEIVE_BUFFER_BYTES: Final = 1024 * 1024
"""What the kernel holds for a socket; it counts some 2 KiB for each packet, and takes twice of what is asked for."""

_SO_RCVBUFFORCE: Final = 33  # socket(7), Linux

_HEADROOM: Final = 148
"""Largest SRTP or SRTCP trailer: index, tag and MKI (libsrtp's ``SRTP_MAX_TRAILER_LEN`` and 4 bytes)."""

PACKET_BYTES: Final = DATAGRAM_BYTES - _HEADROOM

_ADDRESS_BYTES: Final = 28

_ffi = FFI()
_ffi.cdef("""
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr {
        void *msg_name; unsigned int msg_namelen;
        struct iovec *msg_iov; size_t msg_iovlen;
        void *msg_control; size_t msg_controllen;
        int msg_flags;
    };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int recvmmsg(int, struct mmsghdr *, unsigned int, int, void *);
    int sendmmsg(int, struct mmsghdr *, unsigned int, int);
""")


_libc: Final[Any] = _ffi.dlopen(None)

AVAILABLE: Final = hasattr(_libc, "recvmmsg") and hasattr(_libc, "sendmmsg")
"""Whether this system has both calls: Linux has."""


class _Batch:
    """``BURST`` buffers, each with the headers that the kernel wants."""

    def __init__(self) -> None:
        self._room = _ffi.new("unsigned char[]", BURST * DATAGRAM_BYTES)
        self._vectors = _ffi.new("struct iovec[]", BURST)
        self._messages = _ffi.new("struct mmsghdr[]", BURST)
        self.pointers: Final[Sequence[Any]] = [self._room + index * DATAGRAM_BYTES for index in range(BURST)]
        self.buffers: Final[Sequence[Any]] = [_ffi.buffer(pointer, DATAGRAM_BYTES) for pointer in self.pointers]
        for index in range(BURST):
            vector, header = self._vectors[index], self._messages[index].msg_hdr
            vector.iov_base, vector.iov_len = self.pointers[index], DATAGRAM_BYTES
            header.msg_iov, header.msg_iovlen = self._vectors + index, 1


class Inbox(_Batch):
    """Datagrams as they come from a socket.

    Attributes:
        pointers: to each datagram's bytes, as C sees them.
        buffers: the same bytes; a slice copies.
        views: the same bytes as integers, without copying.
        lengths: of each datagram in bytes; ``DATAGRAM_BYTES`` for one that was too large.
    """

    def __init__(self) -> None:
        super().__init__()
        self._names = _ffi.new("unsigned char[]", BURST * _ADDRESS_BYTES)
        self.views = [memoryview(buffer) for buffer in self.buffers]
        numbers = memoryview(_ffi.buffer(self._messages)).cast("I")
        size, offset = _ffi.sizeof("struct mmsghdr"), _ffi.offsetof("struct mmsghdr", "msg_len")
        self.lengths = numbers[offset // numbers.itemsize :: size // numbers.itemsize]
        for index in range(BURST):
            header = self._messages[index].msg_hdr
            header.msg_name = self._names + index * _ADDRESS_BYTES
            header.msg_namelen = _ADDRESS_BYTES

    def receive(self, descriptor: int) -> int:
        """Take what waits in a socket, without waiting, and give how many datagrams it was.

        Raises:
            OSError: as ``socket.recvfrom``; 0, not ``BlockingIOError``, when nothing waits.
        """
        count: int = _libc.recvmmsg(descriptor, self._messages, BURST, socket.MSG_DONTWAIT, _ffi.NULL)
        if count < 0:
            if _ffi.errno in {errno.EAGAIN, errno.EINTR}:
                return 0
            raise OSError(_ffi.errno, "recvmmsg")
        return count

    def address(self, index: int) -> tuple[str, int]:
        """Who sent a datagram: host and port, as asyncio tells them."""
        name = bytes(_ffi.buffer(self._names + index * _ADDRESS_BYTES, _ADDRESS_BYTES))
        (family,), (port,) = struct.unpack_from("=H", name), struct.unpack_from("!H", name, 2)
        if family == socket.AF_INET:
            return socket.inet_ntop(family, name[4:8]), port
        host = socket.inet_ntop(family, name[8:24])
        (scope,) = struct.unpack_from("=L", name, 24)
        return (f"{host}%{socket.if_indextoname(scope)}" if scope else host), port


class Outbox(_Batch):
    """Datagrams that wait to be sent to one address together.

    Attributes:
        count: datagrams that wait; the next one is written to buffer number ``count``, when that is below ``BURST``.
        lengths: of each datagram in bytes.
        dropped: datagrams that the kernel did not take.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        name = _packed_address(host, port)
        self._name = _ffi.new("unsigned char[]", len(name))
        _ffi.buffer(self._name)[:] = name
        self.count = 0
        self.dropped = 0
        numbers = memoryview(_ffi.buffer(self._vectors)).cast("L")
        size, offset = _ffi.sizeof("struct iovec"), _ffi.offsetof("struct iovec", "iov_len")
        self.lengths = numbers[offset // numbers.itemsize :: size // numbers.itemsize]
        for index in range(BURST):
            header = self._messages[index].msg_hdr
            header.msg_name, header.msg_namelen = self._name, len(name)

    def flush(self, descriptor: int) -> None:
        """Send what waits. What the kernel does not take now is dropped, as by a full queue on the way."""
        sent = 0
        while sent < self.count:
            taken = _libc.sendmmsg(descriptor, self._messages + sent, self.count - sent, socket.MSG_DONTWAIT)
            if taken < 0:
                if _ffi.errno == errno.EINTR:
                    continue
                self.dropped += self.count - sent
                break
            sent += taken
        self.count = 0


def enlarge_receive_buffer(receiver: socket.socket) -> None:
    """Let a socket hold what comes while the process is busy, as far as the system allows (``net.core.rmem_max``).

    Linux holds some 90 packets by default: a third of a second of video.
    """
    if receiver.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= 2 * RECEIVE_BUFFER_BYTES:
        return
    try:
        receiver.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)  # beyond that: for root
    except OSError:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)


def _packed_address(host: str, port: int) -> bytes:
    """The kernel's ``sockaddr_in`` or ``sockaddr_in6``."""
    name, _, zone = host.partition("%")
    if ":" not in name:
        return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(name) + bytes(8)
    packed = socket.inet_pton(socket.AF_INET6, name)
    scope = socket.if_nametoindex(zone) if zone else 0
    return struct.pack("=H", socket.AF_INET6) + struct.pack("!HL", port, 0) + packed + struct.pack("=L", scope)
