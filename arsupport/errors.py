"""Every failure that a user can see, as one exception type with a stable code.

The code is the contract: pages translate it (``error-<code>`` in the message files), tests and logs name it, and
it never changes its meaning. The English text is for logs and for clients that know no better.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Stable error codes. Add, never rename: translations and other people's clients rely on them."""

    # Who are you, and may you?
    NOT_SIGNED_IN = "not-signed-in"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a code, not a password
    PASSWORD_TOO_WEAK = "password-too-weak"  # noqa: S105 - a code, not a password
    NOT_ALLOWED = "not-allowed"
    LINK_EXPIRED = "link-expired"
    LINK_USED = "link-used"
    FOREIGN_ORIGIN = "foreign-origin"
    TOO_MANY_REQUESTS = "too-many-requests"

    # What was asked for does not exist, or not any more.
    UNKNOWN_MACHINE = "unknown-machine"
    UNKNOWN_SESSION = "unknown-session"
    UNKNOWN_CALL = "unknown-call"
    UNKNOWN_MARK = "unknown-mark"
    UNKNOWN_STEP = "unknown-step"
    UNKNOWN_CAMERA = "unknown-camera"
    UNKNOWN_PICTURE = "unknown-picture"
    UNKNOWN_FILE = "unknown-file"
    NOT_FOUND = "not-found"
    SESSION_ENDED = "session-ended"
    CALL_TAKEN = "call-taken"
    CONSENT_NEEDED = "consent-needed"
    CAMERA_TAKEN = "camera-taken"
    REPLACED = "replaced"

    # What was sent cannot be used.
    BAD_MESSAGE = "bad-message"
    MESSAGE_TOO_LARGE = "message-too-large"
    UNSUPPORTED_VERSION = "unsupported-version"
    UNSUPPORTED_CODEC = "unsupported-codec"
    BAD_DESCRIPTION = "bad-description"
    FRAME_GONE = "frame-gone"
    PICTURE_TOO_LARGE = "picture-too-large"
    BAD_PICTURE = "bad-picture"
    PICTURE_DAMAGED = "picture-damaged"
    TOO_MANY = "too-many"

    # The server itself cannot.
    DISK_FULL = "disk-full"
    STORAGE_FAILED = "storage-failed"
    STORAGE_CORRUPT = "storage-corrupt"
    SERVER_STOPPING = "server-stopping"
    CONNECTION_FAILED = "connection-failed"
    INTERNAL = "internal"

    # What the person at the command line gave.
    BAD_CONFIG = "bad-config"
    INSECURE_KEY = "insecure-key"
    ALREADY_EXISTS = "already-exists"
    ALREADY_RUNNING = "already-running"


class ArError(Exception):
    """A failure with a stable code; safe to show to the one who caused it.

    ``detail`` must hold nothing secret: it is logged and may be sent to the client.
    """

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
