"""The figures of a running server as Prometheus takes them: every name, its unit and its labels.

They are collected when somebody asks. No label holds what people type or what grows: no session, no participant.
"""

from __future__ import annotations

import platform
from collections import Counter
from importlib.metadata import version
from itertools import accumulate
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector as Base

from arsupport.live import timings
from arsupport.protocol.events import Role
from arsupport.rtc.latency import BOUNDS_SECONDS, FORWARDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prometheus_client.core import Metric

    from arsupport.rtc.latency import Latency
    from arsupport.server.signal import Signalling


class _Counted(NamedTuple):
    """A counter that ``Traffic`` keeps: its key there, its name here, its labels and its meaning, and its unit."""

    key: str
    name: str
    labels: tuple[str, ...]
    meaning: str
    unit: float = 1


COUNTED: Final = (
    _Counted(
        "packets",
        "arsupport_media_packets",
        ("direction", "kind"),
        "RTP packets; up: from participants, down: to participants",
    ),
    _Counted("bytes", "arsupport_media_bytes", ("direction", "kind"), "Payload of RTP packets, in bytes"),
    _Counted(
        "lost",
        "arsupport_media_lost_packets",
        ("direction", "kind"),
        "RTP packets that did not come; down: as participants report",
    ),
    _Counted(
        "nacks",
        "arsupport_nacks",
        ("direction", "kind"),
        "Requests for lost packets; up: sent to participants, down: received from them",
    ),
    _Counted("retransmitted", "arsupport_retransmitted_packets", ("kind",), "RTP packets sent again to participants"),
    _Counted("keyframe_requests", "arsupport_keyframe_requests", ("direction",), "PLI and FIR, directions as of nacks"),
    _Counted("messages", "arsupport_data_messages", ("direction",), "Messages on data channels"),
    _Counted(
        "volatile_dropped",
        "arsupport_volatile_messages_dropped",
        (),
        "Poses and pointers not sent because older ones still waited",
    ),
    _Counted("unsent", "arsupport_unsent_packets", (), "RTP packets that the system's socket buffer had no room for"),
    _Counted("refused", "arsupport_refused_datagrams", ("reason",), "Datagrams dropped before they were parsed"),
    _Counted(
        "pictures_begun",
        "arsupport_picture_transfers_begun",
        ("direction",),
        "Transfers of photos and shown images; up: from participants, down: to participants",
    ),
    _Counted(
        "pictures_ended",
        "arsupport_picture_transfers_ended",
        ("direction", "outcome"),
        "The same that are over, and pictures refused before anything came",
    ),
    _Counted("picture_bytes", "arsupport_picture_bytes", ("direction",), "What these transfers have moved, in bytes"),
    _Counted(
        "picture_ms",
        "arsupport_picture_transfer_seconds",
        ("direction",),
        "How long all finished ones took together, from the offer to the acknowledgement",
        0.001,
    ),
    _Counted("glimpses", "arsupport_glimpses", ("direction",), "Pictures in place of video, on thin lines"),
    _Counted("glimpse_bytes", "arsupport_glimpse_bytes", ("direction",), "The same, in bytes"),
)

TIMED: Final = (
    (
        "arsupport_forwarding_seconds",
        "From reading a burst of media packets to having sent the last of its copies",
        FORWARDING,
    ),
    ("arsupport_decode_seconds", "Decoding one frame of a camera with marks", timings.DECODING),
    ("arsupport_follow_seconds", "Following all marks in one frame", timings.FOLLOWING),
    ("arsupport_journal_append_seconds", "From handing events to the journal to their being on disk", timings.STORING),
)


class Collector(Base):
    """Gives the figures of one server.

    ``lag`` is how late its event loop is.
    """

    def __init__(self, signalling: Signalling, lag: Latency) -> None:
        self._signalling = signalling
        self._lag = lag

    def collect(self) -> Iterator[Metric]:
        """Give every family with its samples."""
        yield InfoMetricFamily(
            "arsupport_build",
            "Which version runs",
            {"version": version("arsupport"), "python": platform.python_version()},
        )
        yield from self._people()
        yield from self._traffic()
        for name, meaning, latency in TIMED:
            yield _histogram(name, meaning, latency)
        yield _histogram("arsupport_event_loop_lag_seconds", "How late the event loop calls what is due", self._lag)

    def _people(self) -> Iterator[Metric]:
        plant = self._signalling.plant
        present = Counter(
            person.role
            for session in plant.sessions.values()
            for person in session.state.participants.values()
            if person.connected
        )
        yield GaugeMetricFamily("arsupport_sessions", "Sessions that run", len(plant.sessions))
        yield _gauge(
            "arsupport_participants",
            "Participants whose media connection stands",
            "role",
            {role.value: present[role] for role in Role},
        )
        yield GaugeMetricFamily("arsupport_waiting_calls", "Calls that wait for an expert", len(plant.lobby.calls))
        yield GaugeMetricFamily("arsupport_cameras", "Fixed cameras that are connected", len(plant.lobby.cameras))
        yield GaugeMetricFamily(
            "arsupport_signalling_connections", "Signalling sockets that are open", len(self._signalling.connections)
        )

    def _traffic(self) -> Iterator[Metric]:
        traffic = self._signalling.plant.traffic
        ways = traffic.connections()
        yield _gauge(
            "arsupport_media_connections",
            "Media connections by the way that packets take through the server",
            "path",
            {way: ways[way] for way in ("fast", "plain")},
        )
        measured = traffic.round_trips() or [0.0]
        yield _gauge(
            "arsupport_round_trip_seconds",
            "Round trips to participants now; 0 when none was measured",
            "statistic",
            {"median": median(measured), "max": measured[-1]},
        )
        counts = traffic.counts()
        for counted in COUNTED:
            family = CounterMetricFamily(counted.name, counted.meaning, labels=counted.labels)
            samples = {key[1:]: count for key, count in counts.items() if key[0] == counted.key}
            for labels, count in sorted((samples or ({} if counted.labels else {(): 0})).items()):
                family.add_metric(labels, count * counted.unit)
            yield family


def _gauge(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for value, amount in values.items():
        family.add_metric([value], amount)
    return family


def _histogram(name: str, meaning: str, latency: Latency) -> Metric:
    bounds: Iterable[str] = (*map(str, BOUNDS_SECONDS), "+Inf")
    buckets = list(zip(bounds, map(float, accumulate(latency.counts)), strict=True))
    return HistogramMetricFamily(name, meaning, buckets=buckets, sum_value=latency.seconds)
