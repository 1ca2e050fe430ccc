from __future__ import annotations

import numpy as np

from arsupport.vision.memory import REMEMBERED_FRAMES, PoseMemory


def test_frames_are_recalled_and_the_oldest_forgotten() -> None:
    memory = PoseMemory()
    for number in range(REMEMBERED_FRAMES + 1):
        memory.store(number.to_bytes(4, "big"), {number: np.eye(3)})
    assert memory.recall((0).to_bytes(4, "big")) == {}
    assert list(memory.recall((1).to_bytes(4, "big"))) == [1]
    assert list(memory.recall(REMEMBERED_FRAMES.to_bytes(4, "big"))) == [REMEMBERED_FRAMES]


def test_a_picture_seen_again_counts_as_new() -> None:
    memory = PoseMemory()
    memory.store(b"still", {1: np.eye(3)})
    for number in range(REMEMBERED_FRAMES - 1):
        memory.store(number.to_bytes(4, "big"), {})
    memory.store(b"still", {2: np.eye(3)})
    memory.store(b"next", {})
    assert list(memory.recall(b"still")) == [2]
