"""The durable, append-only log of every session, with what belongs to it: machines, people, files and proof.

Start with ``journal.Journal``: it appends events, runs other small writes and reads. What is read and written is said
by plain functions that take a connection, one module for each noun: ``machines``, ``users``, ``links``, ``cameras``,
``sessions``, ``events``, ``files``, ``manifests``. ``chain`` says how events are hashed, ``verification`` and
``bundle`` check it, with a database and without.
"""
