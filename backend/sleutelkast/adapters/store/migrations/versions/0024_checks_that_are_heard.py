"""When a Mac that is checked first talked: it answers what it is asked after that."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checks", sa.Column("heard_at", UtcDateTime(), nullable=True))
