"""A name in one-time links: that of the camera which will enrol with one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("one_time_links", sa.Column("name", sa.Text()))
