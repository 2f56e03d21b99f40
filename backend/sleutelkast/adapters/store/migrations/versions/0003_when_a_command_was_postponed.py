"""When a command was postponed, where only whether it was had been kept."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("commands", sa.Column("postponed_at", UtcDateTime(), nullable=True))
    # It was put off after it was queued; whichever connect comes next is later than that.
    op.execute("UPDATE commands SET postponed_at = coalesce(queued_at, created_at) WHERE postponed")
    with op.batch_alter_table("commands", schema=None) as batch_op:
        batch_op.drop_column("postponed")


def downgrade() -> None:
    op.add_column("commands", sa.Column("postponed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE commands SET postponed = true WHERE postponed_at IS NOT NULL")
    with op.batch_alter_table("commands", schema=None) as batch_op:
        batch_op.alter_column("postponed", server_default=None)
        batch_op.drop_column("postponed_at")
