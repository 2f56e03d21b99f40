"""When a Mac told its name, model and system, so that older news does not displace newer."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("told_at", UtcDateTime(), nullable=True))
