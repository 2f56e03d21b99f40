"""When a Mac last escrowed its key to the portal."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("escrowed_to_us_until", UtcDateTime(), nullable=True))
