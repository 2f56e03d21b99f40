"""How each session was begun, and in which browser."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("way", sa.String(16), nullable=False, server_default="password"))
    op.add_column("sessions", sa.Column("browser", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("identity_id", sa.String(32), nullable=True))
    op.add_column("sessions", sa.Column("provider_session", sa.Text(), nullable=True))
