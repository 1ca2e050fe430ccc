"""A session on paper: people, each mark with its picture, what is missing, everything that happened, the proof.

``write.write_report`` makes it, ``process.write_beside`` in a process of its own: the server, which imports that alone,
starts without what is needed for paper. ``story`` and ``gaps`` say what the events add up to, ``positions`` where marks
were, ``album`` makes the pictures, ``words`` and ``sentences`` what is said, ``sections`` puts it in order, ``paper``
and ``font`` put it on pages.
"""
