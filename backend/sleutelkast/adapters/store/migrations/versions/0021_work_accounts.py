"""Whose work accounts are, who is on the way to a provider, and which logout tokens were heard."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "work_accounts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_index("ix_work_accounts_person_id", "work_accounts", ["person_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("leads_to", sa.Text(), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=True),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
    )
    op.create_index("ix_sign_in_attempts_started_at", "sign_in_attempts", ["started_at"])
    op.create_table(
        "logout_tokens",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("heard_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_logout_tokens_heard_at", "logout_tokens", ["heard_at"])
    op.create_index("ix_sessions_identity_id", "sessions", ["identity_id"])
