"""Kept marks that were retired outside of a session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0005"
down_revision = "v0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "retired_marks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retired_marks"),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name="fk_retired_marks_machine_id"),
    )
    op.create_index("ix_retired_marks_machine_id", "retired_marks", ["machine_id"])
