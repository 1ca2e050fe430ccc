"""What a debugging session is: commands in, events out. Pure: no I/O, no clock, no asyncio.

The same ``Session`` runs live and in replay, so that an audit shows what the system decided.
"""

from arsupport.session.rights import SENDS
from arsupport.session.session import Session
from arsupport.session.state import Annotation, Limits, Mark, Participant, PhotoRequest, Picture, State, Step, Track

__all__ = [
    "SENDS",
    "Annotation",
    "Limits",
    "Mark",
    "Participant",
    "PhotoRequest",
    "Picture",
    "Session",
    "State",
    "Step",
    "Track",
]
