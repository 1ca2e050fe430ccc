"""What a machine's plate is: the sizes it is printed in, the languages of its words, the numbers of its tag."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec

TAGS: Final = 1000
"""Numbers of tags that there are, from 0 on."""

Tag = Annotated[int, msgspec.Meta(ge=0, le=TAGS - 1)]


class PlateSize(StrEnum):
    """The paper that a plate takes up."""

    A5 = "a5"
    A6 = "a6"


class PlateLanguage(StrEnum):
    """The language of what stands on a plate besides names."""

    EN = "en"
    DE = "de"
    ZH = "zh"
