"""What Crypt clients report: Macs that they made known, and when a key was reported once more."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("announced_at", UtcDateTime(), nullable=True))
    op.create_index(op.f("ix_devices_announced_at"), "devices", ["announced_at"])
    op.add_column("versions", sa.Column("reported_at", UtcDateTime(), nullable=True))
    op.create_index("ix_audit_device_id_action_at", "audit", ["device_id", "action", "at"])
