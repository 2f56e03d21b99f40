"""Which reported key a proven one is."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("proves", sa.String(32), nullable=True))
