"""The audit log's chain; entries that are there get their authenticators from `sleutelkast init`, which has the key."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("writer", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("serial", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("audit", sa.Column("settled", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("audit", sa.Column("dropped", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("authenticator", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("link", sa.LargeBinary(), nullable=True))
    # It was written all over at each entry; the one on the device below serves as well.
    op.drop_index("ix_audit_device_id_action_at", "audit")
    _index("ix_audit_waiting", ["id"], "number IS NULL")
    _index("uq_audit_number", ["number"], unique=True)
    _index("ix_audit_at_id", ["at", "id"])
    _index("ix_audit_actor_id_at_id", ["actor_id", "at", "id"])
    _index("ix_audit_device_id_at_id", ["device_id", "at", "id"])
    _index("ix_audit_action_at_id", ["action", "at", "id"])
    _index("ix_audit_denied", ["at", "id"], "number IS NOT NULL AND outcome = 'denied'")
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _index(name: str, columns: list[str], where: str = "number IS NOT NULL", *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "audit", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
