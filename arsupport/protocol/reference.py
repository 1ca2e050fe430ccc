"""The message tables of `docs/protocol.md`, made from the same structs that the server decodes with.

`python -m arsupport.protocol.reference docs/protocol.md` replaces what stands between the two marks in that page.
"""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

import msgspec
from msgspec import inspect as types

from arsupport.protocol.codec import MAX_MESSAGE_BYTES
from arsupport.protocol.marks import MAX_NAME, MAX_POINTS, MAX_TEXT, Id
from arsupport.protocol.messages import PATHS, REST
from arsupport.protocol.pictures import MAX_CHUNK, MAX_PICTURE_BYTES, MAX_PICTURE_MARKS
from arsupport.protocol.signals import MAX_DESCRIPTION, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

START: Final = "<!-- made by `make generate` from arsupport/protocol/: change it there -->"
END: Final = "<!-- end -->"

_TITLES: Final = {
    "ClientSignal": "Signalling socket, from the client",
    "ServerSignal": "Signalling socket, from the server",
    "ClientControl": "`control`, from the client",
    "ServerControl": "`control`, from the server",
    "ClientVolatile": "`poses`, from the client",
    "ServerVolatile": "`poses`, from the server",
    "ClientPictures": "`frames`, from the client",
    "ServerPictures": "`frames`, from the server",
    "ClientProbe": "`ask` of the network check, from the client",
    "ServerProbe": "`ask` of the network check, from the server",
}
_LIMITS: Final = (
    (VERSION, "version of the protocol, in `hello`"),
    (MAX_MESSAGE_BYTES, "bytes of a message, signalling and data channels"),
    (MAX_DESCRIPTION, "characters of a session description"),
    (MAX_POINTS, "points of a mark"),
    (MAX_TEXT, "characters of a text"),
    (MAX_NAME, "characters of a name"),
    (MAX_CHUNK, "bytes of a picture in one message"),
    (MAX_PICTURE_BYTES, "bytes of a picture"),
    (MAX_PICTURE_MARKS, "marks on a picture"),
)
_ID_PATTERN: Final = get_args(Id)[1].pattern


def tables() -> str:
    """Return, in Markdown, the messages of every path, the bodies of the REST interface, and what both are made of."""
    parts = ["### Numbers\n\n| | |\n|---|---|\n" + "\n".join(f"| {value} | {what} |" for value, what in _LIMITS)]
    named = _Named()
    for path, union in PATHS.items():
        members = get_args(union) or (union,)
        parts.append(f"### {_TITLES[path]}")
        told = [member for member in members if named.knows(member)]
        parts += [named.section(member) for member in members if member not in told]
        if told:
            parts.append("As above: " + ", ".join(f"`{member.__struct_config__.tag}`" for member in told) + ".")
    parts.append("### Bodies of commands")
    parts += [named.section(member) for member in named.bodies("Command")]
    parts.append("### Bodies of events")
    parts += [named.section(member) for member in named.bodies("Event")]
    parts.append("### Bodies of the REST interface")
    parts += [named.section(struct) for struct in REST]
    parts.append("### Parts of messages")
    parts += named.rest()
    return "\n\n".join(parts)


def renewed(page: str) -> str:
    """Return the page with the tables of today between its marks."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{tables()}\n\n{END}{after}"


class _Named:
    """Writes a section for every type that has a name, each once."""

    def __init__(self) -> None:
        self._written: set[type] = set()
        self._used: dict[type, None] = {}
        self._bodies: dict[str, list[type]] = {}

    def knows(self, message: type) -> bool:
        """Tell whether this message was described already: some go both ways."""
        return message in self._written

    def bodies(self, message: str) -> list[type]:
        """Give the types that the field ``body`` of a message can have."""
        return self._bodies[message]

    def section(self, struct: type) -> str:
        """Describe a message: its heading, what it is for, its fields."""
        info = types.type_info(struct)
        if not isinstance(info, types.StructType):
            raise TypeError(struct)
        self._written.add(struct)
        heading = f"`{info.tag}`" if info.tag is not None else f"Type `{struct.__name__}`"
        rows = [self._row(info, field) for field in info.fields]
        parts = [f"#### {heading}", _words(struct)]
        if info.array_like:
            parts.append("Travels as an array of its fields, in this order.")
        if rows:
            parts.append("\n".join(["| field | type | default |", "|---|---|---|", *rows]))
        return "\n\n".join(parts)

    def rest(self) -> list[str]:
        """Describe what messages are made of and was not described yet."""
        sections = []
        while left := [cls for cls in self._used if cls not in self._written]:
            sections += [self._enum(cls) if issubclass(cls, Enum) else self.section(cls) for cls in left]
        return sections

    def _row(self, info: types.StructType, field: types.Field) -> str:
        if isinstance(field.type, types.UnionType) and not field.type.includes_none:
            self._bodies[info.cls.__name__] = [_class_of(member) for member in field.type.types]
            kind = f"one of the [bodies of {info.tag}s](#bodies-of-{info.tag}s)"
        else:
            kind = self._kind(field.type)
        default = "" if field.default is msgspec.NODEFAULT else f"`{_json(field.default)}`"
        return f"| `{field.encode_name}` | {kind} | {default} |"

    def _kind(self, info: types.Type) -> str:  # noqa: C901, PLR0911 - one line per kind of type
        match info:
            case types.IntType(ge=low, le=high):
                return f"integer{_range(low, high)}"
            case types.FloatType(ge=low, le=high):
                return f"number{_range(low, high)}"
            case types.BoolType():
                return "`true` or `false`"
            case types.StrType(pattern=pattern) if pattern == _ID_PATTERN:
                return "id"
            case types.StrType(pattern=pattern, min_length=low, max_length=high):
                characters = f", {low or 0} to {high} characters" if high is not None else ""
                return f"text{characters}" + (f", `{pattern}`" if pattern else "")
            case types.BytesType(min_length=low, max_length=high):
                return f"binary, {low or 0} to {high} bytes"
            case types.ListType(item_type=item, min_length=low, max_length=high):
                count = f", {low or 0} to {high} of them" if high is not None else ""
                return f"list of {self._kind(item)}{count}"
            case types.TupleType(item_types=items):
                return f"[{'; '.join(self._kind(item) for item in items)}]"
            case types.UnionType(types=members):
                return " or ".join(self._kind(member) for member in members)
            case types.NoneType():
                return "`null`"
            case types.StructType(cls=cls) | types.EnumType(cls=cls):
                self._used[cls] = None
                return f"[`{cls.__name__}`](#type-{cls.__name__.lower()})"
            case _:
                raise TypeError(info)

    def _enum(self, cls: type[Enum]) -> str:
        self._written.add(cls)
        values = ", ".join(_value(member) for member in cls)
        return f"#### Type `{cls.__name__}`\n\n{_words(cls)}\n\nOne of {values}."


def _class_of(info: types.Type) -> type:
    if not isinstance(info, types.StructType):
        raise TypeError(info)
    return info.cls


def _words(cls: type) -> str:
    """Return a type's docstring as Markdown."""
    paragraphs = (cls.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).replace("``", "`")


def _value(member: Enum) -> str:
    spoken = "" if isinstance(member.value, str) else f" ({member.name.lower().replace('_', ' ')})"
    return f"`{_json(member.value)}`{spoken}"


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f", {low} to {high}"


def _json(value: Any) -> str:  # noqa: ANN401 - a default, or an enumeration's value
    return msgspec.json.encode(value).decode()


def _write(arguments: Iterable[str]) -> None:
    for name in arguments:
        file = Path(name)
        file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _write(sys.argv[1:])
