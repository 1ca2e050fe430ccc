"""Alembic's entry point: runs the migrations on the connection that the caller holds."""

from __future__ import annotations

from alembic import context

from arsupport.journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most of a table in place
)
with context.begin_transaction():
    context.run_migrations()
