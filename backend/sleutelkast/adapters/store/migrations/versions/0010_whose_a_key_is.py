"""What an unopened answer was tried with, and which Mac a key belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("tried_with", sa.Text(), nullable=True))
    op.create_table(
        "key_marks",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_key_marks_device_id_devices")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_key_marks")),
    )
    op.create_index(op.f("ix_key_marks_device_id"), "key_marks", ["device_id"])
