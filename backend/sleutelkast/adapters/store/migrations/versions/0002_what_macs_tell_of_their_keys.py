"""What Macs tell of their keys, and when the portal asks or rotates next."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("has_recovery_key", sa.Boolean(), nullable=True))
    op.add_column("devices", sa.Column("escrows_to_us", sa.Boolean(), nullable=True))
    op.add_column("devices", sa.Column("security_as_of", UtcDateTime(), nullable=True))
    op.add_column("devices", sa.Column("next_inquiry_at", UtcDateTime(), nullable=True))
    op.add_column("devices", sa.Column("stale", sa.String(length=24), nullable=True))
    op.add_column("devices", sa.Column("revealed_at", UtcDateTime(), nullable=True))
    op.add_column("devices", sa.Column("rotate_at", UtcDateTime(), nullable=True))
    op.create_index(op.f("ix_devices_next_inquiry_at"), "devices", ["next_inquiry_at"])
    op.create_index(op.f("ix_devices_rotate_at"), "devices", ["rotate_at"])
    op.add_column("deposits", sa.Column("version_id", sa.String(length=32), nullable=True))
