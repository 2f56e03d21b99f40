"""Requests to reveal, who did what a notice tells of, and sign-ins that somebody else reset."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.schema import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_requests_decided_by_people")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_requests_device_id_devices")),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_requests_requested_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_created_at"), "requests", ["created_at"])
    op.create_index(
        "ix_requests_device_id_requested_by_created_at", "requests", ["device_id", "requested_by", "created_at"]
    )
    op.add_column("people", sa.Column("reset_at", UtcDateTime(), nullable=True))
    op.add_column("notices", sa.Column("actor_id", sa.String(length=32), nullable=True))
    with op.batch_alter_table("notices") as notices:
        notices.alter_column("device_id", existing_type=sa.String(length=32), nullable=True)
