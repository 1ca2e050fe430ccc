"""Known pictures, a few of which are looked for in each look: however many they are, a look costs the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from arsupport.vision.features import Features, relate
from arsupport.vision.preparation import View, prepare

if TYPE_CHECKING:
    from collections.abc import Collection

    from arsupport.vision.arrays import Floats, Image

TRIES: Final = 2
"""Pictures that are compared with the present one in one look."""


@dataclass
class KnownPicture:
    """A picture of another time: luma, uint8 (H, W). It is prepared and described when its first turn comes."""

    image: Image

    @cached_property
    def view(self) -> View:
        """The picture made ready."""
        return prepare(self.image)

    @property
    def features(self) -> Features:
        """What it is recognised by."""
        return self.view.features


@dataclass(frozen=True)
class Proposal:
    """A known picture that may be what is seen: its name, and the homography (3, 3) to the present, work pixels."""

    key: str
    homography: Floats


class Recognition:
    """Looks for known pictures in turn, those first that were not looked for the longest, the newest of them first."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._looks = 0
        self._looked: dict[str, int] = {}
        self.known: dict[str, KnownPicture] = {}

    def learn(self, key: str, image: Image) -> None:
        """Know a picture; nothing happens when it is known."""
        if key not in self.known:
            self.known[key] = KnownPicture(image)
            self._looked[key] = -1

    def forget(self, key: str) -> None:
        """Know a picture no more."""
        self.known.pop(key, None)
        self._looked.pop(key, None)

    def look(self, now: View, wanted: Collection[str]) -> list[Proposal]:
        """Compare those of ``wanted`` whose turn it is with the present picture. Proposals may be wrong."""
        turn = sorted((key for key in self.known if key in wanted), key=lambda key: self._looked[key])[:TRIES]
        if not turn or not now.usable:
            return []
        self._looks += 1
        features = now.features
        found = []
        for key in turn:
            self._looked[key] = self._looks
            homography = relate(self.known[key].features, features, self._seed)
            if homography is not None:
                found.append(Proposal(key, homography))
        return found
