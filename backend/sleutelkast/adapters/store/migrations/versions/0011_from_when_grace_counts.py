"""From when the grace period of a Mac counts."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("stale_since", UtcDateTime(), nullable=True))
    op.add_column("devices", sa.Column("grace_since", UtcDateTime(), nullable=True))
    # As it was counted before; what is stale is taken to be so since the Mac last said anything of its key.
    op.execute("UPDATE devices SET grace_since = coalesce(enrolled_at, created_at) WHERE udid IS NOT NULL")
    op.execute("UPDATE devices SET stale_since = coalesce(security_as_of, created_at) WHERE stale IS NOT NULL")
