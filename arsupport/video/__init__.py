"""A session as one film that any player shows: one camera's recorded pictures with the marks burnt in.

``export_film`` makes it. ``record`` reads what was recorded, ``pictures`` decodes it, ``marks`` says which marks are
where as the pages showed them, ``drawing`` burns them in, ``film`` puts it in time, ``writer`` encodes it.
"""

from arsupport.video.film import export_film

__all__ = ["export_film"]
