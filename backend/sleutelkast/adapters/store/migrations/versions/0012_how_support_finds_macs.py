"""How support finds Macs: their words, those without a key, and indexes for each filter."""

import sqlalchemy as sa
from alembic import op

from sleutelkast.adapters.store.search import DeviceIndex

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_CONDITIONS = (
    ("ix_devices_stale", "devices", "id", "stale IS NOT NULL", "stale IS NOT NULL"),
    ("ix_devices_not_encrypted", "devices", "id", "filevault_enabled IS 0", "filevault_enabled IS false"),
    ("ix_devices_quarantined", "devices", "id", "quarantined IS 1", "quarantined IS true"),
    (
        "ix_deposits_failed",
        "deposits",
        "device_id",
        "state IN ('refused', 'unanswered', 'undeliverable')",
        "state IN ('refused', 'unanswered', 'undeliverable')",
    ),
)


def upgrade() -> None:
    op.create_table(
        "device_words",
        sa.Column("word", sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql"), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_words_device_id_devices")),
        sa.PrimaryKeyConstraint("word", "device_id", name=op.f("pk_device_words")),
    )
    op.create_index("ix_device_words_device_id_word", "device_words", ["device_id", "word"])
    op.create_table(
        "keyless",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_keyless_device_id_devices")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_keyless")),
    )
    op.create_index("ix_devices_last_check_in_id", "devices", ["last_check_in", "id"])
    for name, table, column, on_sqlite, on_postgresql in _CONDITIONS:
        op.create_index(name, table, [column], sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(on_postgresql))
    _index_what_is_there()


def _index_what_is_there() -> None:
    connection = op.get_bind()
    index = DeviceIndex(connection)
    for device_id in connection.scalars(sa.text("SELECT id FROM devices")).all():
        index.added(device_id)
