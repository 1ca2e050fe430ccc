"""msgpack on the wire, typed structs inside, and nothing unbounded in between.

Structs travel as maps with their ``type`` first (``Pose`` as an array). Decoding is two steps: msgpack with limits on
every length, so that a bomb is refused before it is built, then a strict conversion to the one union that the path
allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

import msgpack
import msgspec

from arsupport.errors import ArError, Code
from arsupport.protocol.marks import MAX_POINTS

if TYPE_CHECKING:
    from types import UnionType

# The largest legitimate message is an offer (64 KiB of SDP); the longest array a freehand stroke.
MAX_MESSAGE_BYTES = 80 * 1024
_MAX_ARRAY = MAX_POINTS
_MAX_MAP = 32
_MAX_STRING = 70 * 1024

T = TypeVar("T")


def encode(message: msgspec.Struct) -> bytes:
    """Give the msgpack bytes of a message."""
    packed: bytes = msgpack.packb(msgspec.to_builtins(message, builtin_types=(bytes,)))
    return packed


@overload
def decode(data: bytes, allowed: type[T], *, max_binary: int = 0) -> T: ...
@overload
def decode(data: bytes, allowed: UnionType, *, max_binary: int = 0) -> Any: ...  # noqa: ANN401 - a member of the union
def decode(data: bytes, allowed: Any, *, max_binary: int = 0) -> Any:
    """Give the message in ``data``, which must be of type (or union) ``allowed``.

    Only pictures travel as binary values: others are refused beyond ``max_binary`` bytes.

    Raises:
        ArError: ``message-too-large`` beyond ``MAX_MESSAGE_BYTES``; ``bad-message`` when it is not well-formed
            msgpack, nests or counts beyond the limits, or is not one of ``allowed``. The detail names the field.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise ArError(Code.MESSAGE_TOO_LARGE, f"{len(data)} bytes, at most {MAX_MESSAGE_BYTES} are taken")
    return _convert(_unpack(data, _MAX_ARRAY, max_binary), allowed)


def decode_stored(data: bytes, allowed: type[T]) -> T:
    """Like ``decode``, for bytes that this system wrote itself (journal, pose log): no size limit.

    Raises:
        ArError: ``bad-message`` as in ``decode``.
    """
    converted: T = _convert(_unpack(data, len(data)), allowed)
    return converted


def _unpack(data: bytes, max_array: int, max_binary: int = 0) -> Any:  # noqa: ANN401 - any msgpack value
    try:
        return msgpack.unpackb(
            data,
            max_str_len=_MAX_STRING,
            max_bin_len=max_binary,
            max_ext_len=0,
            max_array_len=max_array,
            max_map_len=_MAX_MAP,
        )
    # msgpack documents ValueError and its subclasses for malformed input; a deep nest raises StackError (a ValueError).
    except (ValueError, UnicodeDecodeError) as error:
        raise ArError(Code.BAD_MESSAGE, f"not msgpack within the limits: {error}") from error


def _convert(value: Any, allowed: Any) -> Any:  # noqa: ANN401 - any msgpack value, any type or union
    try:
        return msgspec.convert(value, allowed)
    except msgspec.ValidationError as error:
        raise ArError(Code.BAD_MESSAGE, str(error)) from error
