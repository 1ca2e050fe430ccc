"""Holding marks on what a camera sees: NumPy arrays in, NumPy arrays out; no threads, no clock, no files."""

from arsupport.vision.annotate import Kind, Shape, draw_marks
from arsupport.vision.poses import AnchorPose, State
from arsupport.vision.several_views import KnownView, SeveralViews
from arsupport.vision.tracker import MAX_ANCHORS, MAX_KEYFRAMES, Tracker

__all__ = [
    "MAX_ANCHORS",
    "MAX_KEYFRAMES",
    "AnchorPose",
    "Kind",
    "KnownView",
    "SeveralViews",
    "Shape",
    "State",
    "Tracker",
    "draw_marks",
]
