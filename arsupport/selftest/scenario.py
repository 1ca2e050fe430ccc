"""The script: a call is admitted, a camera joins, marks are drawn and followed, an instruction is answered, the end."""

from __future__ import annotations

import asyncio
import io
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import av
import msgspec
import numpy as np

from arsupport.errors import ArError, Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.marks import MarkState, Shape
from arsupport.selftest.report import Report
from arsupport.selftest.visitor import Visitor
from arsupport.selftest.watcher import Watcher

if TYPE_CHECKING:
    import aiohttp

    from arsupport.camera.truth import Truth
    from arsupport.journal.machines import Machine

MARKS: Final = 3
WATCHED_SECONDS: Final = 5.0
# Marks that are further off than this on the median do not stay on the machine.
WORST_MEDIAN_PX: Final = 3.0
# A tracker that is late for every second frame has too slow a machine under it.
FEWEST_MATCHED: Final = 0.5
_FRAMES_BEFORE_DRAWING: Final = 15
_PICTURE_WIDTH: Final = 1280.0
# Away from the edges, where the hand's movement soon takes a spot out of view.
_MARGIN: Final = 0.25
_LOGIN: Final = "selftest"
_TRIES: Final = 50
_TRY_AGAIN_SECONDS: Final = 0.2


@dataclass
class Seen:
    """What the script saw; ``report`` judges it."""

    frames: int = 0
    first_frame_ms: int = 0
    marks: int = 0
    errors: list[float] = field(default_factory=list)
    matched: float = 0.0
    events: int = 0
    verified: bool = False
    problems: list[str] = field(default_factory=list)
    recording_seconds: float = 0.0

    def report(self, seconds: float) -> Report:
        """Give the figures, and whether they are those of a healthy installation."""
        median = float(np.median(self.errors)) if self.errors else 0.0
        p95 = float(np.percentile(self.errors, 95)) if self.errors else 0.0
        reasons = list(self.problems)
        if not self.errors:
            reasons.append("no mark was followed")
        if median > WORST_MEDIAN_PX:
            reasons.append(f"marks were {median:.1f} px off")
        if self.matched < FEWEST_MATCHED:
            reasons.append(f"poses came for {self.matched:.0%} of the frames")
        if self.recording_seconds < WATCHED_SECONDS:
            reasons.append(f"the recording holds {self.recording_seconds:.1f} s")
        return Report(
            ok=not reasons,
            reason="; ".join(reasons),
            frames_forwarded=self.frames,
            first_frame_ms=self.first_frame_ms,
            marks=self.marks,
            pose_error_px_median=round(median, 2),
            pose_error_px_p95=round(p95, 2),
            pose_frames_matched=round(self.matched, 3),
            events=self.events,
            journal_verified=self.verified,
            recording_seconds=round(self.recording_seconds, 1),
            seconds=seconds,
        )


class Scenario:
    """One play of the script, against the server at ``base`` with the virtual camera whose ``truth`` is given."""

    def __init__(self, base: str, setup_token: str, machine: Machine, truth: Truth) -> None:
        self._base = base
        self._setup_token = setup_token
        self._machine = machine
        self._truth = truth
        self._seen = Seen()

    async def play(self, expert_http: aiohttp.ClientSession, onsite_http: aiohttp.ClientSession) -> Seen:
        """Play it.

        Raises:
            ArError: whatever did not work.
        """
        async with Visitor(expert_http, self._base) as expert, Visitor(onsite_http, self._base) as onsite:
            await self._sign_in(expert)
            session = await self._pair(expert, onsite)
            began = time.monotonic()
            await expert.connect(video=True)
            watcher = await self._watch(expert, began)
            drawn = await self._draw(expert, watcher)
            await asyncio.gather(self._answer(expert, onsite), asyncio.sleep(WATCHED_SECONDS))
            await watcher.close()
            await asyncio.to_thread(self._compare, expert, watcher, drawn)
            await expert.command(c.EndSession("self-test"))
            await asyncio.gather(expert.expect(s.Ended), onsite.expect(s.Ended))
            await self._audit(expert, session)
        return self._seen

    async def _sign_in(self, expert: Visitor) -> None:
        password = secrets.token_urlsafe(24)
        setup = {"token": self._setup_token, "login": _LOGIN, "name": "Self-test", "password": password}
        await expert.post("/api/setup", setup)
        await expert.greet((await expert.post("/api/token"))["token"])

    async def _pair(self, expert: Visitor, onsite: Visitor) -> str:
        token = (await onsite.post(f"/api/codes/{self._machine.code}/token"))["token"]
        await onsite.greet(token)
        await onsite.signal(s.AskForHelp("On-site staff", consent=True, problem="self-test"))
        lobby = await expert.expect(s.Lobby)
        while not (lobby.calls and lobby.cameras):
            lobby = await expert.expect(s.Lobby)
        await expert.signal(s.Admit(lobby.calls[0].call))
        session = (await expert.expect(s.Admitted)).session
        await onsite.expect(s.Joined)
        await expert.signal(s.CallCamera(lobby.cameras[0].camera))
        if (await expert.expect(s.Admitted)).session != session:
            raise ArError(Code.INTERNAL, "the camera was put into another session")
        await expert.signal(s.EnterSession(session))
        await expert.expect(s.Joined)
        await onsite.connect(video=False)
        return session

    async def _watch(self, expert: Visitor, began: float) -> Watcher:
        await expert.until(lambda: bool(expert.slots), "no track was assigned")
        slot = next(iter(expert.slots.values()))
        watcher = Watcher(expert.tracks[0], slot.from_rtp - slot.offset)
        await watcher.until_seen(1)
        self._seen.first_frame_ms = round((time.monotonic() - began) * 1000)
        await watcher.until_seen(_FRAMES_BEFORE_DRAWING)
        return watcher

    async def _draw(self, expert: Visitor, watcher: Watcher) -> dict[int, tuple[float, float, int]]:
        """Draw marks on the newest frame; give for each its pixel there and the frame's index."""
        tracks = await expert.heard(e.TrackStarted)
        track = next(track for track in tracks if track.kind is e.Kind.VIDEO)
        rtp = next(reversed(watcher.frames))
        index = watcher.frames[rtp]
        drawn = {}
        for number, (x, y) in enumerate(self._targets(index), start=1):
            at = (x / watcher.width, y / watcher.height)
            mark = c.DrawMark(
                track.track,
                rtp,
                Shape.ARROW,
                [(at[0] - 0.05, at[1] - 0.05), at],
                "#ff8800",
                instruction="Close this valve" if number == 1 else "",
            )
            await expert.command(mark)
            drawn[number] = (x, y, index)
        self._seen.marks = len(drawn)
        return drawn

    def _targets(self, index: int) -> list[tuple[float, float]]:
        """Give spots of the machine that are well inside the picture."""
        sightings = [self._truth.project(spot, index) for spot in self._truth.spots]
        width, height = _PICTURE_WIDTH, _PICTURE_WIDTH * 9 / 16
        inside = [
            (sighting.x, sighting.y)
            for sighting in sightings
            if sighting.visible
            and _MARGIN * width < sighting.x < (1 - _MARGIN) * width
            and _MARGIN * height < sighting.y < (1 - _MARGIN) * height
        ]
        if len(inside) < MARKS:
            raise ArError(Code.INTERNAL, "the camera looks past the machine")
        return inside[:MARKS]

    async def _answer(self, expert: Visitor, onsite: Visitor) -> None:
        await onsite.heard(e.StepGiven)
        await onsite.command(c.AnswerStep(1, c.Answer.DONE))
        await expert.heard(e.StepAnswered)

    def _compare(self, expert: Visitor, watcher: Watcher, drawn: dict[int, tuple[float, float, int]]) -> None:
        """Hold every pose against where the camera knows the spot to be in that frame."""
        posed = {rtp: poses.poses for (_, rtp), poses in expert.poses.items()}
        if not posed:
            return
        first = next(iter(posed))
        after = [rtp for rtp in watcher.frames if (rtp - first) & 0xFFFFFFFF < 1 << 31]
        self._seen.matched = sum(rtp in posed for rtp in after) / max(len(after), 1)
        for rtp in after:
            for pose in posed.get(rtp, []):
                x, y, index = drawn[pose.mark]
                true = self._truth.transfer(x, y, index, watcher.frames[rtp])
                if pose.state in (MarkState.HELD, MarkState.WEAK) and true is not None and true.visible:
                    error = np.hypot(pose.x * watcher.width - true.x, pose.y * watcher.height - true.y)
                    self._seen.errors.append(float(error))
        self._seen.frames = watcher.count

    async def _audit(self, expert: Visitor, session: str) -> None:
        """Ask for what an auditor would see."""
        verification = await _closed(expert, session)
        self._seen.events = verification["events"]
        self._seen.verified = verification["ok"]
        self._seen.problems += verification["problems"]
        recording = msgspec.json.decode(await expert.get(f"/api/sessions/{session}/recording"))
        track = next(track for track in recording["tracks"] if track["kind"] == "video")
        media = await expert.get(track["url"])
        self._seen.recording_seconds = await asyncio.to_thread(_seconds_decoded, media)


async def _closed(expert: Visitor, session: str) -> dict[str, Any]:
    """Give the verification of a session once it is closed: the last recordings are entered after the goodbye."""
    for _ in range(_TRIES):
        verification: dict[str, Any] = msgspec.json.decode(await expert.get(f"/api/sessions/{session}/verification"))
        if verification["closed"]:
            return verification
        await asyncio.sleep(_TRY_AGAIN_SECONDS)
    raise ArError(Code.INTERNAL, "the session was not closed")


def _seconds_decoded(media: bytes) -> float:
    with av.open(io.BytesIO(media), "r") as container:
        times = [frame.time for frame in container.decode(video=0)]
    return times[-1] - times[0] if times else 0.0
