"""A session on paper: who took part, each mark with its picture, what is missing, everything that happened, the proof.

``write_report`` makes it. ``story`` and ``gaps`` say what the events add up to, ``positions`` where marks were,
``album`` makes the pictures, ``words`` and ``sentences`` what is said, ``sections`` puts it in order, ``paper`` and
``font`` put it on pages.
"""

from arsupport.report.write import Written, write_report

__all__ = ["Written", "write_report"]
