"""Whatever bytes come on whichever path: a message of that path, or a refusal with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.messages import PATHS
from tests.fuzz.effort import effort

if TYPE_CHECKING:
    from types import UnionType

CLIENT_PATHS = {name: union for name, union in PATHS.items() if name.startswith("Client")}

scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=40)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=12), inner, max_size=6)
)


def structs(path: type | UnionType) -> list[type[msgspec.Struct]]:
    """The message types of a path, with those inside a command."""
    info = msgspec.inspect.type_info(path)
    kinds = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    return [kind.cls for kind in kinds if isinstance(kind, msgspec.inspect.StructType)]


@st.composite
def almost_right(draw: st.DrawFn, path: type | UnionType) -> bytes:
    """A message of the right type with some fields that are not."""
    kind = draw(st.sampled_from(structs(path)))
    fields = {name: draw(values) for name in kind.__struct_encode_fields__ if draw(st.booleans())}
    tag = draw(st.sampled_from([kind.__struct_config__.tag, "body", ""]))
    packed: bytes = msgpack.packb(
        {"type": tag, **fields} | draw(st.dictionaries(st.text(max_size=5), values, max_size=2))
    )
    return packed


def check(data: bytes, path: type | UnionType) -> None:
    try:
        message: Any = decode(data, path)
    except ArError as error:
        assert error.code in {Code.BAD_MESSAGE, Code.MESSAGE_TOO_LARGE}  # noqa: PT017 - both ways are right
        assert len(error.detail) < 1000  # noqa: PT017
    else:
        assert decode(encode(message), path) == message


@pytest.mark.parametrize("name", CLIENT_PATHS)
@given(data=st.data())
@effort
def test_bytes_are_a_message_or_refused(name: str, data: st.DataObject) -> None:
    check(data.draw(st.binary(max_size=300)), CLIENT_PATHS[name])


@pytest.mark.parametrize("name", CLIENT_PATHS)
@given(data=st.data())
@effort
def test_what_looks_like_a_message_is_one_or_refused(name: str, data: st.DataObject) -> None:
    check(data.draw(almost_right(CLIENT_PATHS[name])), CLIENT_PATHS[name])


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x91" * 70_000,
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xdc\xff\xff" + b"\xc0" * 65_535,
        b"\x81\xa4type" + b"\x91" * 60_000 + b"\xc0",
    ],
    ids=["deep", "array32", "map32", "string32", "binary32", "nothings", "deep value"],
)
@pytest.mark.parametrize("name", CLIENT_PATHS)
def test_a_bomb_is_refused(name: str, bomb: bytes) -> None:
    with pytest.raises(ArError):
        decode(bomb, CLIENT_PATHS[name])
