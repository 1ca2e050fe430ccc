"""The tables of `docs/configuration.md`, made from the configuration itself.

`python -m arsupport.config_reference docs/configuration.md` replaces what stands between the two marks in that page.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotated_types import Ge, Le
from pydantic import BaseModel

from arsupport.config import ENV_DELIMITER, ENV_PREFIX, Config

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

START: Final = "<!-- made by `make generate` from arsupport/config.py: change it there -->"
END: Final = "<!-- end -->"


def tables() -> str:
    """Return one Markdown table per section, with every key, its default, its bounds and what it is for."""
    parts = []
    for name, field in Config.model_fields.items():
        section = field.annotation
        if not isinstance(section, type) or not issubclass(section, BaseModel):
            raise TypeError(name)
        rows = [_row(f"{name}.{key}", value) for key, value in section.model_fields.items()]
        parts.append(
            f"### `[{name}]`\n\n{section.__doc__}\n\n| key | default | allowed | what |\n|---|---|---|---|\n"
            + "\n".join(rows)
        )
    return "\n\n".join(parts)


def renewed(page: str) -> str:
    """Return the page with the tables of today between its marks."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{tables()}\n\n{END}{after}"


def variable(key: str) -> str:
    """Return the environment variable that overrides a key such as `server.port`."""
    return ENV_PREFIX + key.replace(".", ENV_DELIMITER).upper()


def _row(key: str, field: FieldInfo) -> str:
    return f"| `{key}` | {_default(field.default)} | {_allowed(field)} | {field.description} |"


def _default(value: Any) -> str:  # noqa: ANN401 - a default is of any type
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def _allowed(field: FieldInfo) -> str:
    if isinstance(field.default, bool):
        return "`true`, `false`"
    low = [bound.ge for bound in field.metadata if isinstance(bound, Ge)]
    high = [bound.le for bound in field.metadata if isinstance(bound, Le)]
    if low and high:
        return f"{low[0]} to {high[0]}"
    if low:
        return f"{low[0]} or more"
    choices = getattr(field.annotation, "__args__", ())
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(f"`{choice}`" for choice in choices)
    return ""


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")
