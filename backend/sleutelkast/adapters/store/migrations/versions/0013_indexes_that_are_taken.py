"""Indexes that SQLite takes: of the deposits that failed, and of the Macs that can be asked for their SecurityInfo."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FAILED = sa.text("(state NOT IN ('received', 'sent', 'stored', 'superseded'))")
_CAN_BE_ASKED = "udid IS NOT NULL AND serial IS NOT NULL AND checked_out_at IS NULL AND quarantined IS"


def upgrade() -> None:
    op.drop_index("ix_deposits_failed", "deposits")
    op.create_index("ix_deposits_failed", "deposits", ["device_id"], sqlite_where=_FAILED, postgresql_where=_FAILED)
    op.drop_index("ix_devices_next_inquiry_at", "devices")
    op.create_index(
        "ix_devices_next_inquiry_at",
        "devices",
        ["next_inquiry_at"],
        sqlite_where=sa.text(f"{_CAN_BE_ASKED} 0"),
        postgresql_where=sa.text(f"{_CAN_BE_ASKED} false"),
    )
