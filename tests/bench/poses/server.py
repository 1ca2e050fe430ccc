"""`arsupport serve` that notes when each frame was whole and when its poses were given to be sent.

    python -m tests.bench.poses.server serve --config FILE

At its end it writes into `NOTES` of its working directory: by timestamp, both moments in Unix seconds.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from arsupport.cli.app import main as serve
from arsupport.live.marks import Marks
from arsupport.live.tracking import CameraTracking

if TYPE_CHECKING:
    from arsupport.rtc import EncodedFrame

NOTES: Final = "notes.json"


def main() -> None:
    """Serve, and write down what was noted."""
    whole: dict[int, float] = {}
    left: dict[int, float] = {}
    add, spread = CameraTracking.add, Marks._spread
    since_boot = time.time() - time.monotonic()

    def noted_add(tracking: CameraTracking, frame: EncodedFrame) -> None:
        whole[frame.rtp] = frame.arrival + since_boot
        add(tracking, frame)

    def noted_spread(marks: Marks, track: str, rtp: int, message: bytes) -> None:
        spread(marks, track, rtp, message)
        left.setdefault(rtp, time.time())

    setattr(CameraTracking, "add", noted_add)  # noqa: B010 - a method is replaced
    setattr(Marks, "_spread", noted_spread)  # noqa: B010
    try:
        serve()
    finally:
        Path(NOTES).write_text(json.dumps({"whole": whole, "left": left}))


if __name__ == "__main__":
    main()
