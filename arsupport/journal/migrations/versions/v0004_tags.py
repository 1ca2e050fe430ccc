"""The number of the tag on each machine's plate."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None

# As many as there were when this was written.
_TAGS = 1000

_machines = sa.table("machines", sa.column("id", sa.Text()), sa.column("tag", sa.BigInteger()))


def upgrade() -> None:
    """Add the column and give every machine a number of its own."""
    op.add_column("machines", sa.Column("tag", sa.BigInteger()))
    connection = op.get_bind()
    known = connection.execute(sa.select(_machines.c.id)).scalars().all()
    if len(known) > _TAGS:
        message = f"{len(known)} machines are more than there are tags ({_TAGS})"
        raise ValueError(message)
    for machine, tag in zip(known, secrets.SystemRandom().sample(range(_TAGS), len(known)), strict=True):
        connection.execute(sa.update(_machines).where(_machines.c.id == machine).values(tag=tag))
    op.create_index("ix_machines_tag", "machines", ["tag"], unique=True)
