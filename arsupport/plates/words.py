"""What stands on a plate besides names, in each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from arsupport.protocol.plates import PlateLanguage


@dataclass(frozen=True, slots=True)
class Words:
    """``help``: how to ask for help. ``reach``: with ``{tag}``, a number, and ``{metres}``. ``point``: in numbers."""

    help: str
    reach: str
    point: str = "."

    def number(self, value: float) -> str:
        """Write a number with few digits."""
        return f"{value:g}".replace(".", self.point)


WORDS: Final = {
    PlateLanguage.EN: Words(
        "Need help? Scan, or open the address and type the code.", "Tag {tag}. Cameras read it from up to {metres} m."
    ),
    PlateLanguage.DE: Words(
        "Hilfe? Scannen, oder Adresse öffnen und Code eingeben.",
        "Marke {tag}. Kameras lesen sie aus bis zu {metres} m Entfernung.",
        ",",
    ),
    PlateLanguage.ZH: Words(
        "需要帮助？请扫码，或打开网址并输入代码。",  # noqa: RUF001 - Chinese punctuation
        "标记 {tag}，摄像头可在 {metres} 米内识别。",  # noqa: RUF001
    ),
}
