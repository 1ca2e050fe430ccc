"""A session's recording: its tracks as playable files, their frames, and the poses of the marks in them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.recording import playable, poses
from arsupport.server.bodies import json_answer
from arsupport.server.parts import parts_of
from arsupport.server.recorded import recording
from arsupport.server.sessions import MSGPACK, msgpack_array
from arsupport.server.views import note_view
from arsupport.video.recorded import media_segments, pose_segments

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_VIEWED: Final = "recording-viewed"


class PlayableFiles:
    """Playable files below ``derived/`` of the data folder: made when first asked for, safe to delete at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # One at a time: copying is bound by the disk, and two askers of one file need it once.
        self._making = asyncio.Lock()

    async def get(self, session_id: str, track_id: str, segments: Sequence[Path]) -> Path:
        """Return the playable file of a track's segments so far.

        Raises:
            ArError: as ``make_playable``.
        """
        folder = self._folder / session_id
        out = folder / f"{track_id}-{len(segments)}{segments[0].suffix}"
        async with self._making:
            if not out.exists():
                await asyncio.to_thread(playable.make_playable, segments, out)
                await asyncio.to_thread(_remove_shorter, folder, track_id, out)
        return out


PLAYABLE_FILES: Final = web.AppKey("playable_files", PlayableFiles)


async def show(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/recording."""
    session_id = request.match_info["id"]
    found = await parts_of(request).journal.read(lambda connection: recording(connection, session_id))
    await note_view(request, session_id, _VIEWED)
    return json_answer(found)


async def media(request: web.Request) -> web.StreamResponse:
    """GET /api/sessions/{id}/tracks/{track}/media, also parts of it (RFC 9110 section 14)."""
    session_id, track_id, segments = await _media_segments(request)
    await note_view(request, session_id, _VIEWED)
    return web.FileResponse(await request.app[PLAYABLE_FILES].get(session_id, track_id, segments))


async def frames(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/tracks/{track}/frames: the RTP timestamps of a video track's frames, in order."""
    session_id, _, segments = await _media_segments(request)
    await note_view(request, session_id, _VIEWED)
    answer = json_answer(await asyncio.to_thread(playable.frame_index, segments))
    answer.enable_compression()
    return answer


async def track_poses(request: web.Request) -> web.Response:
    """GET /api/sessions/{id}/tracks/{track}/poses: one msgpack array of ``Poses``, as they were sent."""
    parts, session_id, track_id = parts_of(request), request.match_info["id"], request.match_info["track"]
    segments = await parts.journal.read(
        lambda connection: pose_segments(connection, parts.config.data.folder, session_id, track_id)
    )
    await note_view(request, session_id, _VIEWED)
    body = await asyncio.to_thread(_pose_array, segments)
    answer = web.Response(body=body, content_type=MSGPACK)
    answer.enable_compression()
    return answer


async def _media_segments(request: web.Request) -> tuple[str, str, list[Path]]:
    parts, session_id, track_id = parts_of(request), request.match_info["id"], request.match_info["track"]
    segments = await parts.journal.read(
        lambda connection: media_segments(connection, parts.config.data.folder, session_id, track_id)
    )
    return session_id, track_id, segments


def _pose_array(segments: Sequence[Path]) -> bytes:
    return msgpack_array([record.body for path in segments for record in poses.read(path)])


def _remove_shorter(folder: Path, track_id: str, newest: Path) -> None:
    """Remove what was made of the track while it had fewer segments; who reads it keeps reading."""
    for path in folder.glob(f"{track_id}-*"):
        if path != newest and path.stem.rpartition("-")[0] == track_id:
            path.unlink(missing_ok=True)
