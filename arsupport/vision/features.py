"""Describing a picture so that it is recognised from elsewhere, at any distance and roll."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from arsupport.vision.geometry import fit_homography

if TYPE_CHECKING:
    from arsupport.vision.arrays import Floats, Image
    from arsupport.vision.preparation import View

FEATURES = 900
RATIO = 0.8
MATCH_INLIER = 3.0
MIN_MATCHES = 9
# With a guess: how far from it a match may be, in work pixels, and how much better than the next one nearby.
NEAR = 50.0
NEAR_RATIO = 0.85


@dataclass(frozen=True)
class Features:
    """Places (N, 2) in work pixels and their binary descriptors (N, 32)."""

    places: Floats
    descriptors: Image


def describe(view: View) -> Features:
    """Describe a picture. Source: ORB, Rublee et al., ICCV 2011."""
    return _describe(view.work)


def _describe(work: Image) -> Features:
    spots, descriptors = cv2.ORB.create(FEATURES).detectAndCompute(work, None)
    if descriptors is None:
        return Features(np.empty((0, 2)), np.empty((0, 32), np.uint8))
    return Features(np.array([spot.pt for spot in spots], np.float64), np.asarray(descriptors, np.uint8))


def relate(a: Features, b: Features, seed: int) -> Floats | None:
    """Homography (3, 3) from picture a to picture b, or None. A proposal: it may be wrong and has to be verified.

    Source: nearest-neighbour ratio test, Lowe, Distinctive Image Features (2004); MAGSAC++ over the matches.
    """
    if min(len(a.places), len(b.places)) < MIN_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(a.descriptors, b.descriptors, k=2)
    good = [pair[0] for pair in pairs if pair[0].distance < RATIO * pair[1].distance]
    source = a.places[[match.queryIdx for match in good]].reshape(-1, 2)
    target = b.places[[match.trainIdx for match in good]].reshape(-1, 2)
    fit = fit_homography(source, target, MATCH_INLIER, seed)
    return None if fit is None or fit[1].sum() < MIN_MATCHES else fit[0]


def relate_near(a: View, b: View, guess: Floats, seed: int) -> Floats | None:
    """As `relate`, from a guess (3, 3) that may be some 50 work pixels off: also where both look very differently.

    Picture a is described as it would look under the guess, and compared with what is near in b. Source: the affine
    frames of Morel and Yu, ASIFT (2009), with the one that is known in place of all that are possible.
    """
    seen = cv2.warpPerspective(a.work, guess, b.work_size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    there, here = _describe(np.asarray(seen, np.uint8)), b.features
    if min(len(there.places), len(here.places)) < MIN_MATCHES:
        return None
    near = ((there.places[:, None] - here.places[None]) ** 2).sum(axis=2) < NEAR**2
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(
        there.descriptors, here.descriptors, k=2, mask=near.astype(np.uint8)
    )
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < NEAR_RATIO * pair[1].distance]  # noqa: PLR2004
    source = there.places[[match.queryIdx for match in good]].reshape(-1, 2)
    target = here.places[[match.trainIdx for match in good]].reshape(-1, 2)
    fit = fit_homography(source, target, MATCH_INLIER, seed)
    return None if fit is None or fit[1].sum() < MIN_MATCHES else np.asarray(fit[0] @ guess)
