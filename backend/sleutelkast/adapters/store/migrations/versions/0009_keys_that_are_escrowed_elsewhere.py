"""Since when a Mac escrows its key to somebody else."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("escrows_elsewhere_since", UtcDateTime(), nullable=True))
