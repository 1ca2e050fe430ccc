"""Where the parts of a session's record are served; ``routes`` has the same paths as patterns."""

from __future__ import annotations


def still(session: str, sha256: str) -> str:
    """Return the address of a still, JPEG."""
    return f"/api/sessions/{session}/stills/{sha256}"


def annotated_still(session: str, sha256: str) -> str:
    """Return the address of a still with its marks burnt in, JPEG."""
    return f"{still(session, sha256)}/annotated"


def picture(session: str, sha256: str) -> str:
    """Return the address of a photo, a shared picture or an annotated one."""
    return f"/api/sessions/{session}/pictures/{sha256}"


def track(session: str, track_id: str, part: str) -> str:
    """Return the address of a recorded track's ``part``: ``media``, ``frames`` or ``poses``."""
    return f"/api/sessions/{session}/tracks/{track_id}/{part}"
