"""What runs now: the lobby, and for each open session its people, media, marks, recordings and journal.

``plant.Plant`` is the whole; ``session.LiveSession`` wires one session out of ``rtc``, ``recording``, ``journal``,
``vision`` and ``session``, which do not know each other.
"""
