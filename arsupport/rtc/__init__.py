"""WebRTC by forwarding: encoded packets go from one participant to the others, to the recorder and the tracker.

Nothing is transcoded. This is the only package that imports aiortc. Timestamps are kept (plus a constant per
subscriber when the publisher changes), because a mark belongs to a frame and a frame is known by its RTP timestamp.
"""

from arsupport.rtc.fast_check import fast_path_trouble
from arsupport.rtc.frames import EncodedFrame, FrameAssembler
from arsupport.rtc.ice import IceServer
from arsupport.rtc.media_loop import MediaLoop, run
from arsupport.rtc.packets import MediaPacket
from arsupport.rtc.peer import Peer, PeerHandler, PeerState
from arsupport.rtc.probe import Probe
from arsupport.rtc.publication import Publication
from arsupport.rtc.slot import Slot

__all__ = [
    "EncodedFrame",
    "FrameAssembler",
    "IceServer",
    "MediaLoop",
    "MediaPacket",
    "Peer",
    "PeerHandler",
    "PeerState",
    "Probe",
    "Publication",
    "Slot",
    "fast_path_trouble",
    "run",
]
