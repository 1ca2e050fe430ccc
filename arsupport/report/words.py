"""The report's words: the messages of the pages, in the reader's language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from fluent.runtime import FluentBundle, FluentResource

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from arsupport.protocol.plates import PlateLanguage

# The build copies them there, beside the pages.
_MESSAGES: Final = Path(__file__).parents[1] / "server" / "static" / "locales"
_LOCALES: Final = {"en": "en-GB", "de": "de-DE", "zh": "zh-CN"}
_SOURCE: Final = "en"
# Events in words, and what stands around them.
_NAMES: Final = ("replay", "report")


class Words:
    """Messages in one language, as in ``web/src/lib/i18n.ts``: in English when they are missing there."""

    def __init__(self, language: PlateLanguage) -> None:
        """Read them.

        Raises:
            ArError: ``internal`` when the web client was not built.
        """
        self.language = language
        self._bundles = [_bundle(code) for code in dict.fromkeys((str(language), _SOURCE))]

    def __call__(self, message: str, **values: str | float) -> str:
        """Give a message with its values; its name when there is none."""
        for bundle in self._bundles:
            if bundle.has_message(message):
                pattern = bundle.get_message(message).value
                if pattern is not None:
                    return str(bundle.format_pattern(pattern, values)[0])
        return message

    def has(self, message: str) -> bool:
        """Tell whether there is such a message."""
        return self._bundles[-1].has_message(message)

    def characters(self) -> set[str]:
        """Give every character that the messages of the language have."""
        return set("".join(path.read_text("utf-8") for path in _files(str(self.language))))


def _files(code: str) -> list[Path]:
    return [path for name in _NAMES if (path := _MESSAGES / code / f"{name}.ftl").is_file()]


def _bundle(code: str) -> FluentBundle:
    files = _files(code)
    if not files:
        raise ArError(Code.INTERNAL, f"There are no messages in {_MESSAGES / code}: build the web client (make build).")
    # As in the pages, whose copies would carry the marks of isolation along.
    bundle = FluentBundle([_LOCALES[code]], use_isolating=False)
    for path in files:
        bundle.add_resource(FluentResource(path.read_text("utf-8")))
    return bundle
