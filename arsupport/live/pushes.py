"""The fixed cameras that push by themselves now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from arsupport.errors import ArError, Code
from arsupport.live.pushed_camera import PushedCamera

if TYPE_CHECKING:
    from arsupport.journal.cameras import Camera
    from arsupport.journal.machines import Machine
    from arsupport.live.plant import Plant
    from arsupport.live.services import Services


class Pushes:
    """At most one push for each camera."""

    def __init__(self, plant: Plant, services: Services) -> None:
        self._plant = plant
        self._services = services
        self._cameras: dict[str, PushedCamera] = {}
        self._closed = False

    async def begin(self, camera: Camera, machine: Machine, offer: str) -> tuple[str, str]:
        """Answer a camera's offer; give the push's id and the answer.

        A push that is silent is dead: the new one takes its place, and its place in a session. One that sends is not
        interrupted, so that two encoders that were given the same key do not fight for ever.

        Raises:
            ArError: ``camera-taken`` while the camera sends already, or an agent has its key; ``bad-description``,
                ``unsupported-codec``, ``server-stopping``.
        """
        if self._closed:
            raise ArError(Code.SERVER_STOPPING)
        earlier = self._cameras.get(camera.id)
        if earlier is not None and earlier.silent:
            await earlier.end("replaced")
        if camera.id in self._cameras or camera.id in self._plant.lobby.cameras:
            raise ArError(Code.CAMERA_TAKEN, "this camera sends already")
        pushed = PushedCamera(camera, machine, self._plant, self._services, lambda: self._forget(pushed, camera.id))
        self._cameras[camera.id] = pushed
        try:
            return pushed.id, await pushed.answer(offer)
        except BaseException:
            await pushed.end("refused")
            raise

    async def end(self, camera: Camera, push: str) -> None:
        """End a push because the camera says so.

        Raises:
            ArError: ``not-found`` when it is over already, or another camera's.
        """
        pushed = self._cameras.get(camera.id)
        if pushed is None or pushed.id != push:
            raise ArError(Code.NOT_FOUND, "This push is over.")
        await pushed.end("left")

    async def close(self) -> None:
        """End all; nothing new may come."""
        self._closed = True
        await asyncio.gather(*(pushed.end("server-stopping") for pushed in list(self._cameras.values())))

    def _forget(self, pushed: PushedCamera, camera_id: str) -> None:
        if self._cameras.get(camera_id) is pushed:
            del self._cameras[camera_id]
