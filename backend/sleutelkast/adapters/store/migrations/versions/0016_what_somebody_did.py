"""An index of what somebody did of one kind: who has done much has seldom done all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_LINKED = sa.text("number IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_audit_actor_id_action_at_id",
        "audit",
        ["actor_id", "action", "at", "id"],
        sqlite_where=_LINKED,
        postgresql_where=_LINKED,
    )
