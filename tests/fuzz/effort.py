"""How hard the properties are tried: lightly in `make test`, for long in `make soak`."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, settings

EXAMPLES: Final = int(os.environ.get("FUZZ_EXAMPLES", "50"))

effort = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For what takes well below a millisecond."""

little_effort = settings(
    max_examples=max(5, EXAMPLES // 10), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
"""For what needs sockets."""
