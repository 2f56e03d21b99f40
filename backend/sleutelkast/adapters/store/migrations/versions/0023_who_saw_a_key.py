"""Indexes of what the audit log knows of a key's being seen, and of whose a Mac was: few entries among many."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_REVEALS = sa.text("number IS NOT NULL AND action = 'reveal'")
_ASSIGNMENTS = sa.text("number IS NOT NULL AND action = 'device-assigned'")


def upgrade() -> None:
    for name, columns, rows in (
        ("ix_audit_reveals", ["device_id", "at", "id"], _REVEALS),
        ("ix_audit_assignments", ["device_id", "id"], _ASSIGNMENTS),
        ("ix_audit_assigned", ["subject"], _ASSIGNMENTS),
    ):
        op.create_index(name, "audit", columns, sqlite_where=rows, postgresql_where=rows)
