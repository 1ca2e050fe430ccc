"""`arsupport serve`, `demo`, `camera` and `selftest`: what runs for a while."""

from __future__ import annotations
