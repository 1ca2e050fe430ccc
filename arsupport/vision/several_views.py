"""Anchors that several pictures are known of, from other sides and other days: each speaks by the one that fits best.

A known picture is looked for by its features, a few in each look, so that a machine with many marks costs a frame no
more than one with few. One that is recognised becomes an anchor of the tracker, which verifies it as it verifies every
other; an anchor that stays lost leaves the tracker again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arsupport.errors import ArError
from arsupport.vision.geometry import project
from arsupport.vision.patches import inside
from arsupport.vision.poses import AnchorPose, State
from arsupport.vision.preparation import prepare
from arsupport.vision.recognition import Recognition
from arsupport.vision.sameness import is_same_machine
from arsupport.vision.tracker import Tracker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arsupport.vision.arrays import Floats, Image
    from arsupport.vision.preparation import View
    from arsupport.vision.recognition import Proposal

# One look in so many frames: some 5 a second, whatever is looked for.
LOOK_EVERY: Final = 6
# After so many looks in a row that found nothing there is one in so many frames: it may be a long session.
IN_VAIN: Final = 50
LOOK_SELDOM: Final = 18
# Frames in a row in which an anchor of another day is held, and how surely, before it is shown for the first time.
SURE_AFTER: Final = 5
SURE: Final = 0.5
# Frames after which an anchor that is not held leaves the tracker: it is looked for by all of its pictures again.
GIVEN_UP_AFTER: Final = 60
# Looks by which a picture must be, in detail, that of the same machine, and none between them by which it is not. Then
# the machine has proved itself, and does not need to again for as long as one of its marks was held within so many
# frames.
AGREEMENTS: Final = 3
PROVED_FOR: Final = 600
# Frames for which a tag is about where it was seen.
TAG_STAYS: Final = 10
# Anchors that may be in the tracker without being held yet.
MOST_TRIALS: Final = 6
# Two pictures that put one anchor so far apart, in parts of the frame's width, contradict each other.
APART: Final = 0.015
# The one that speaks goes on unless another one is surer by so much: the mark must not jump between them.
STAYS: Final = 0.1
# Views count as different beyond this change of scale, or this foreshortening (the cosine of some 30 degrees).
OTHER_SCALE: Final = 1.5
OTHER_SIDE: Final = 0.87

_ORDER: Final = {State.LOST: 0, State.OUT_OF_VIEW: 1, State.WEAK: 2, State.HELD: 3}
_NOWHERE: Final = AnchorPose(float("nan"), float("nan"), np.full((2, 2), np.nan), State.LOST, 0.0)


@dataclass(frozen=True)
class KnownView:
    """A picture in which an anchor's place is known.

    Attributes:
        key: names the picture; views of several anchors in one picture share it.
        picture: (H, W) luma, uint8.
        point: the anchor's place in it, full-resolution pixels.
        affine: (2, 2) from the picture that the anchor was drawn on to this one, both in full-resolution pixels.
    """

    key: str
    picture: Image
    point: tuple[float, float]
    affine: Floats


@dataclass
class _Sought:
    """An anchor with its views by picture, and which of them are in the tracker for how many frames unheld.

    ``agreed`` counts the looks by which a picture is surely of the same machine, since one by which it is not.

    ``found``: it has been held surely, and is spoken of from then on. ``own``: it was drawn here, and stays.
    """

    own: bool
    found: bool
    views: dict[str, KnownView] = field(default_factory=dict)
    tracked: dict[str, int] = field(default_factory=dict)
    agreed: dict[str, int] = field(default_factory=dict)
    sure: int = 0
    speaker: str = ""
    held: bool = False


class SeveralViews:
    """A tracker whose anchors may be known from several pictures. Frames and points as for `Tracker`."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._tracker = Tracker(seed)
        # Further pictures of what was drawn here: beside its own keyframes they would count as the same picture.
        self._beside = Tracker(seed)
        self._recognition = Recognition(seed)
        self._sought: dict[str, _Sought] = {}
        self._frame = 0
        self._in_vain = 0
        self._proved = -PROVED_FOR - 1
        self._right_machine: bool | None = None
        self._tags: dict[int, Floats] = {}
        self._tags_seen = -TAG_STAYS - 1

    def add(self, anchor: str, point: tuple[float, float], frame: Image) -> None:
        """Draw an anchor on a frame, as `Tracker.add`."""
        self._tracker.add(anchor, point, frame)
        self._sought[anchor] = _Sought(own=True, found=True)

    def expect(self, anchor: str, views: Sequence[KnownView]) -> None:
        """Look for an anchor by pictures of it; further ones of an anchor that is there are looked for when it is lost.

        One that was not drawn here is not spoken of before it is surely found.
        """
        sought = self._sought.setdefault(anchor, _Sought(own=False, found=False))
        self._in_vain = 0
        for view in views:
            sought.views[view.key] = view
            self._recognition.learn(view.key, view.picture)

    def remove(self, anchor: str) -> None:
        """Forget an anchor; nothing happens when there is none of that name."""
        sought = self._sought.pop(anchor, None)
        if sought is None:
            return
        self._tracker.remove(anchor)
        self._drop(anchor, sought, list(sought.tracked))
        needed = {key for other in self._sought.values() for key in other.views}
        for key in sought.views.keys() - needed:
            self._recognition.forget(key)

    def at_machine(self, *, right: bool | None) -> None:
        """Take from elsewhere whether this is the machine that the pictures are of: True, False, or not known.

        Where it is not known, the pictures themselves must prove it in detail once; where it is another one, nothing of
        an earlier day is looked for or held.
        """
        self._right_machine = right
        self._proved = -PROVED_FOR - 1 if right is False else self._proved
        if right is False:
            for anchor, sought in self._sought.items():
                if not sought.own:
                    self._drop(anchor, sought, list(sought.tracked))

    def see_tags(self, tags: Mapping[int, Floats], size: tuple[int, int]) -> None:
        """Take the corners, (4, 2) pixels by number, of machines' tags in a frame of a moment ago, width by height."""
        self._tags = {number: (corners + 0.5) / size for number, corners in tags.items()}
        self._tags_seen = self._frame

    def track(self, frame: Image) -> dict[str, AnchorPose]:
        """Take the next frame and say where every anchor is in it that was drawn or has been found.

        Raises:
            ArError: as `Tracker.track`.
        """
        tracked = self._tracker.track(frame)
        if any(sought.own and sought.tracked for sought in self._sought.values()):
            tracked |= self._beside.track(frame)
        self._frame += 1
        poses = {}
        for anchor, sought in self._sought.items():
            pose = self._judge(anchor, sought, tracked, frame.shape[1])
            if sought.found:
                poses[anchor] = pose
        every = LOOK_EVERY if self._in_vain < IN_VAIN else LOOK_SELDOM
        if self._frame % every == 0 and self._right_machine is not False:
            self._look(frame)
        return poses

    def _judge(self, anchor: str, sought: _Sought, tracked: Mapping[str, AnchorPose], width: int) -> AnchorPose:
        """Give where an anchor is by the view that fits best, and give up those that do not fit."""
        poses = {key: _through(tracked[_name(anchor, key)], sought.views[key]) for key in sought.tracked}
        if sought.own:
            poses[""] = tracked[anchor]
        for key in sought.tracked:
            sought.tracked[key] = 0 if poses[key].state is not State.LOST else sought.tracked[key] + 1
        self._drop(anchor, sought, [key for key, unheld in sought.tracked.items() if unheld > GIVEN_UP_AFTER])
        if not poses:
            sought.held = False
            return _NOWHERE
        sought.speaker = best(poses, sought.speaker)
        pose = poses[sought.speaker]
        held = [other for other in poses.values() if other.state is State.HELD]
        if pose.state is State.HELD and any(_apart(pose, other) > APART * width for other in held):
            pose = replace(pose, state=State.WEAK)
        sought.held = pose.state is not State.LOST
        sought.sure = sought.sure + 1 if pose.state is State.HELD and pose.confidence >= SURE else 0
        sought.found |= sought.sure >= SURE_AFTER
        if sought.found and not sought.own and pose.state is State.HELD:
            self._proved = self._frame
        return pose

    def _look(self, frame: Image) -> None:
        """Look for some of the pictures of anchors that are not held."""
        trials = sum(unheld > 0 for sought in self._sought.values() for unheld in sought.tracked.values())
        lost = {anchor: sought for anchor, sought in self._sought.items() if not sought.held and sought.views}
        wanted = {key for sought in lost.values() for key in sought.views.keys() - sought.tracked.keys()}
        if not wanted or trials >= MOST_TRIALS:
            return
        now = prepare(frame)
        self._in_vain += 1
        agreed = {key for sought in lost.values() for key, looks in sought.agreed.items() if looks}
        fresh = self._tags if self._frame - self._tags_seen <= TAG_STAYS else {}
        tags = {number: corners * now.work_size - 0.5 for number, corners in fresh.items()}
        for proposal in self._recognition.look(now, wanted, agreed & wanted, tags):
            for anchor, sought in lost.items():
                view = sought.views.get(proposal.key)
                if view is not None and proposal.key not in sought.tracked and self._is_surely(sought, proposal, now):
                    self._try(anchor, sought, view, proposal.homography)

    def _is_surely(self, sought: _Sought, proposal: Proposal, now: View) -> bool:
        """Tell whether an anchor is in the picture by a proposal, on what is surely the same machine."""
        known = self._recognition.known[proposal.key].view
        spot = known.to_work(np.array([sought.views[proposal.key].point], np.float64))
        if not inside(project(proposal.homography, spot), now.work_size).all():
            return False
        if self._right_machine is True or sought.own or self._frame - self._proved <= PROVED_FOR:
            return True
        same = is_same_machine(known, now, proposal.homography, spot[0], self._seed)
        if same is not None:
            sought.agreed[proposal.key] = sought.agreed.get(proposal.key, 0) + 1 if same else 0
        if not same or sought.agreed[proposal.key] < AGREEMENTS:
            return False
        self._proved = self._frame
        return True

    def _try(self, anchor: str, sought: _Sought, view: KnownView, near: Floats) -> None:
        # Beside a keyframe that is not held a related picture would become no keyframe of its own.
        self._drop(anchor, sought, [key for key, unheld in sought.tracked.items() if unheld >= LOOK_EVERY])
        try:
            (self._beside if sought.own else self._tracker).add(_name(anchor, view.key), view.point, view.picture, near)
        except ArError:
            return  # it holds as many as it can: this one has another turn
        sought.tracked[view.key] = 1
        self._in_vain = 0

    def _drop(self, anchor: str, sought: _Sought, keys: Sequence[str]) -> None:
        for key in keys:
            (self._beside if sought.own else self._tracker).remove(_name(anchor, key))
            del sought.tracked[key]
        if not sought.tracked:
            sought.sure = 0


def best(poses: Mapping[str, AnchorPose], speaker: str) -> str:
    """Name the pose that fits best: by its state, then its confidence; the speaker of the last frame unless clearly."""
    return max(poses, key=lambda key: (_ORDER[poses[key].state], poses[key].confidence + STAYS * (key == speaker)))


def differs(affine: Floats, others: Sequence[Floats]) -> bool:
    """Tell whether a view (2, 2), against the picture that was drawn on, differs clearly from all others (2, 2)."""
    for other in others:
        stretch = np.linalg.svd(affine @ np.linalg.inv(other), compute_uv=False)
        scale = float(np.sqrt(stretch[0] * stretch[1]))
        if stretch[1] > OTHER_SIDE * stretch[0] and 1 / OTHER_SCALE < scale < OTHER_SCALE:
            return False
    return True


def _through(pose: AnchorPose, view: KnownView) -> AnchorPose:
    return replace(pose, affine=pose.affine @ view.affine)


def _apart(one: AnchorPose, other: AnchorPose) -> float:
    return float(np.hypot(one.x - other.x, one.y - other.y))


def _name(anchor: str, key: str) -> str:
    return f"{anchor}\n{key}"
