"""Decodes a camera's frames while there are marks to follow, and follows them.

Runs in a process of its own (``arsupport.live.following``): what is given to it must be picklable, and what it tells a
message (``arsupport.live.telling``).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Annotated, Final, Protocol

import msgspec
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.live.decoder import Decoder, Picture, luma_of_jpeg
from arsupport.live.lookout import Lookout, look
from arsupport.live.new_views import NewViews, known_view
from arsupport.live.settling import Settling
from arsupport.live.small_picture import Small, make_small
from arsupport.live.timings import DECODING, FOLLOWING, timed
from arsupport.protocol.marks import MarkState, Pose, Rtp
from arsupport.vision import SeveralViews, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arsupport.live.lookout import TagsSeen
    from arsupport.protocol.marks import KeptView, Point
    from arsupport.rtc import EncodedFrame
    from arsupport.vision import AnchorPose

# Decoded pictures that are kept: a mark drawn one second ago is anchored without decoding again (1.4 MB each at 720p).
_PICTURES_KEPT: Final = 30
_PICTURE_BYTES_KEPT: Final = 42 * 1024 * 1024
# Pixels of the picture that a mark of another day was drawn on, as far as the tracker is concerned.
_REFERENCE_WIDTH: Final = 1280

Side = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
"""Of a picture, in pixels."""


class StillMade(msgspec.Struct, frozen=True, tag=True):
    """A frame as JPEG. ``mark`` is 0 when no mark asked for it."""

    track: str
    rtp: Rtp
    mark: int
    width: Side
    height: Side
    jpeg: bytes


class GlimpseMade(msgspec.Struct, frozen=True, tag=True):
    """A frame as a small picture, and every mark's place in it."""

    track: str
    rtp: Rtp
    picture: Small
    poses: list[Pose]


class ViewMade(msgspec.Struct, frozen=True, tag=True):
    """A frame as JPEG in which a kept mark is seen from another side than before, and where it is in it."""

    track: str
    rtp: Rtp
    pose: Pose
    width: Side
    height: Side
    jpeg: bytes


class TrackingSink(Protocol):
    """Who is told; every method is called in the tracking thread."""

    def poses(self, track: str, rtp: int, poses: list[Pose]) -> None:
        """Take every mark's place in one frame."""

    def mark_state(self, mark: int, state: MarkState, track: str, rtp: int) -> None:
        """Take a state that has lasted."""

    def still(self, still: StillMade) -> None:
        """Take a frame that was asked for."""

    def view(self, view: ViewMade) -> None:
        """Take a frame that shows a kept mark from another side."""

    def still_missing(self, track: str, rtp: int) -> None:
        """A frame that was asked for cannot be decoded."""

    def tags(self, seen: TagsSeen) -> None:
        """Take the tags that were seen in one frame."""

    def unfollowed(self, marks: list[int], *, again: bool) -> None:
        """These marks are lost, because what followed them ended; have them followed ``again`` or leave it."""


class Follower:
    """Decoder, newest pictures and tracker of one camera.

    ``frames`` always begin with a keyframe and are in decoding order.
    """

    def __init__(self, sink: TrackingSink, seed: int) -> None:
        self._sink = sink
        self._tracker = SeveralViews(seed)
        self._new_views = NewViews()
        self._track = ""
        self._codecs: dict[str, str] = {}
        self._decoder: Decoder | None = None
        self._pictures: deque[Picture] = deque(maxlen=_PICTURES_KEPT)
        self._widths: dict[int, int] = {}  # of the picture that each mark was drawn on
        self._settling = Settling()
        self._lookout = Lookout()
        self._watched = False
        self._reported: tuple[Picture, list[Pose]] | None = None

    def begin(self, track: str, codec: str) -> None:
        """Pictures come from another track from now on."""
        self._track = track
        self._codecs[track] = codec
        self._sleep()
        self._settling.new_clock()

    def wake(self, frames: list[EncodedFrame]) -> None:
        """Begin to decode: ``frames`` are those from a keyframe on up to now, none before the first."""
        self._decoder = Decoder(self._codecs[self._track]) if frames else None
        if self._decoder is None:
            return
        for frame in frames:
            for picture in self._decoder.decode(frame):
                self._keep(picture)

    def watch(self, frames: list[EncodedFrame]) -> None:
        """Decode whether there are marks or not; ``frames`` as for ``wake``, none when it is awake."""
        self._watched = True
        if self._decoder is None and frames:
            self.wake(frames)

    def unwatch(self) -> None:
        """Decode only while there are marks."""
        self._watched = False
        if not self._widths:
            self._sleep()

    def glimpse(self, target_bytes: int) -> GlimpseMade | None:
        """Give the newest picture whose marks are known, about so large; None without any."""
        if self._widths and self._reported is not None:
            picture, poses = self._reported
        elif self._pictures and not self._widths:
            picture, poses = self._pictures[-1], []
        else:
            return None
        return GlimpseMade(self._track, picture.rtp, make_small(picture, target_bytes), poses)

    def follow(self, frame: EncodedFrame, *, skip: bool) -> None:
        """Decode the next frame, and tell where the marks are in it unless ``skip``."""
        if self._decoder is None:
            if not frame.keyframe:
                return
            self._decoder = Decoder(self._codecs[self._track])
        with timed(DECODING):
            pictures = list(self._decoder.decode(frame))
        for picture in pictures:
            self._keep(picture)
            if self._widths and not skip:
                self._report(picture)
            self._lookout.show(self._track, picture)
        for seen in self._lookout.seen():
            self._sink.tags(seen)
            corners = {tag.number: np.array(tag.corners) for tag in seen.tags}
            self._tracker.see_tags(corners, (seen.width, seen.height))

    def glance(self, keyframe: EncodedFrame) -> None:
        """Look for tags in one picture while nothing else is decoded."""
        if self._decoder is None:
            for picture in Decoder(self._codecs[self._track]).decode(keyframe):
                seen = look(self._track, picture)
                if seen is not None:
                    self._sink.tags(seen)

    def draw(self, mark: int, track: str, rtp: int, anchor: Point, frames: list[EncodedFrame]) -> None:
        """Follow a mark from frame ``rtp``, the last of ``frames``, and make a still of that frame.

        Raises:
            ArError: ``frame-gone`` when the frame cannot be decoded, and why the tracker does not take the mark.
        """
        picture = self._picture(track, rtp, frames)
        if picture is None:
            self._sink.still_missing(track, rtp)
            raise ArError(Code.FRAME_GONE, f"frame {rtp} of {track} cannot be decoded")
        # Before following: a mark that cannot be followed needs its still all the more.
        self._sink.still(StillMade(track, rtp, mark, picture.width, picture.height, picture.jpeg()))
        first = not self._widths
        self._add(mark, picture.luma(), anchor)
        self._settling.begin(mark, MarkState.HELD)
        # It is found in the present at once, not walked to through all that was shown since: that took 10 ms a picture,
        # and went astray more often than looking for it did (docs/marks.md).
        if first and self._pictures:
            self._report(self._pictures[-1])

    def restore(self, mark: int, still: bytes, anchor: Point, said: MarkState) -> None:
        """Follow a mark again, by the still of the frame that it was drawn on; its last known state is ``said``.

        Raises:
            ArError: ``storage-corrupt``, and why the tracker does not take the mark.
        """
        self._add(mark, luma_of_jpeg(still), anchor)
        self._settling.begin(mark, said)

    def expect(self, mark: int, views: list[tuple[KeptView, bytes]], said: MarkState) -> None:
        """Look for a mark by pictures (JPEG) of other days or sides; its last known state is ``said``.

        Raises:
            ArError: ``storage-corrupt``.
        """
        known = mark in self._widths
        width = self._widths.setdefault(mark, _REFERENCE_WIDTH)
        self._tracker.expect(str(mark), [known_view(view, jpeg, width) for view, jpeg in views])
        if not known:
            self._settling.begin(mark, said)

    def at_machine(self, *, right: bool | None) -> None:
        """Take from a plate whether the camera is at the session's machine or another one; None: it does not tell."""
        self._tracker.at_machine(right=right)

    def keep(self, mark: int, views: list[KeptView]) -> None:
        """Make pictures of a mark from sides that it is not known from; ``views`` are those that there are."""
        self._new_views.begin(mark, views)

    def remove(self, mark: int) -> None:
        """Stop following a mark; with the last one, stop decoding."""
        self._tracker.remove(str(mark))
        self._widths.pop(mark, None)
        self._settling.forget(mark)
        self._new_views.forget(mark)
        if not self._widths and not self._watched:
            self._sleep()

    def make_still(self, track: str, rtp: int, frames: list[EncodedFrame]) -> None:
        """Make a still of frame ``rtp``, the last of ``frames``."""
        picture = self._picture(track, rtp, frames)
        if picture is None:
            self._sink.still_missing(track, rtp)
        else:
            self._sink.still(StillMade(track, rtp, 0, picture.width, picture.height, picture.jpeg()))

    def _add(self, mark: int, luma: NDArray[np.uint8], anchor: Point) -> None:
        height, width = luma.shape
        self._tracker.add(str(mark), (anchor[0] * width, anchor[1] * height), luma)
        self._widths[mark] = width

    def _keep(self, picture: Picture) -> None:
        self._pictures.append(picture)
        while len(self._pictures) > 1 and sum(it.size for it in self._pictures) > _PICTURE_BYTES_KEPT:
            self._pictures.popleft()

    def _sleep(self) -> None:
        self._decoder = None
        self._pictures.clear()
        self._reported = None

    def _picture(self, track: str, rtp: int, frames: list[EncodedFrame]) -> Picture | None:
        if track == self._track:
            for picture in self._pictures:
                if picture.rtp == rtp:
                    return picture
        decoder = Decoder(self._codecs[track])
        decoded = [picture for frame in frames for picture in decoder.decode(frame) if picture.rtp == rtp]
        return decoded[-1] if decoded else None

    def _report(self, picture: Picture) -> None:
        poses = self._poses(picture)
        self._reported = picture, poses
        self._sink.poses(self._track, picture.rtp, poses)
        for mark, state in self._settling.settled(poses, picture.rtp):
            self._sink.mark_state(mark, state, self._track, picture.rtp)
        for pose in self._new_views.due(poses):
            view = ViewMade(self._track, picture.rtp, pose, picture.width, picture.height, picture.jpeg())
            self._sink.view(view)

    def _poses(self, picture: Picture) -> list[Pose]:
        """Where every mark is; in a picture that is too small or too large for the tracker, all are lost."""
        with timed(FOLLOWING):
            try:
                found = self._tracker.track(picture.luma())
            except ArError:
                return [_nowhere(mark) for mark in self._widths]
        return [_pose(int(mark), pose, picture, self._widths[int(mark)]) for mark, pose in found.items()]


def _nowhere(mark: int) -> Pose:
    return Pose(mark, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, MarkState.LOST, 0.0)


def _pose(mark: int, pose: AnchorPose, picture: Picture, drawn_width: int) -> Pose:
    """Convert from pixels to picture widths and heights (``arsupport.protocol.marks``); a lost mark is nowhere."""
    state = MarkState(int(pose.state))
    if pose.state is State.LOST:
        return _nowhere(mark)
    affine = pose.affine * (drawn_width / picture.width)
    (a, b), (c, d) = affine.tolist()
    return Pose(mark, pose.x / picture.width, pose.y / picture.height, a, b, c, d, state, pose.confidence)
