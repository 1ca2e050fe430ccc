"""Known pictures, a few of which are looked for in each look: however many they are, a look costs the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from arsupport.vision.features import Features, relate, relate_near
from arsupport.vision.preparation import View, prepare
from arsupport.vision.tags import find_tags

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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

    @cached_property
    def tags(self) -> dict[int, Floats]:
        """The corners of the machines' tags in it, (4, 2) work pixels, by number."""
        return {sight.number: self.view.to_work(sight.corners) for sight in find_tags(self.image)}


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

    def look(
        self, now: View, wanted: Collection[str], likely: Collection[str] = (), tags: Mapping[int, Floats] | None = None
    ) -> list[Proposal]:
        """Compare those of ``wanted`` whose turn it is with the present picture. Proposals may be wrong.

        One of those that are ``likely`` there has its turn in every look. ``tags`` are the corners, (4, 2) work pixels,
        of the tags in the present picture: where a known one shows the same tag, it is looked for from there.
        """
        turn = sorted((key for key in self.known if key in wanted), key=lambda key: self._looked[key])
        turn = [*[key for key in turn if key in likely][:1], *[key for key in turn if key not in likely], *turn]
        turn = list(dict.fromkeys(turn))[:TRIES]
        if not turn or not now.usable:
            return []
        self._looks += 1
        features = now.features
        found = []
        for key in turn:
            self._looked[key] = self._looks
            homography = relate(self.known[key].features, features, self._seed)
            if homography is None and tags:
                homography = self._by_tag(self.known[key], now, tags)
            if homography is not None:
                found.append(Proposal(key, homography))
        return found

    def _by_tag(self, known: KnownPicture, now: View, tags: Mapping[int, Floats]) -> Floats | None:
        """By a tag that both show, from any side. What is beside it need not be in its plane: it is a guess."""
        for number in known.tags.keys() & tags.keys():
            corners = known.tags[number].astype(np.float32), tags[number].astype(np.float32)
            found = relate_near(known.view, now, np.asarray(cv2.getPerspectiveTransform(*corners)), self._seed)
            if found is not None:
                return found
        return None
