"""Alembic's environment: it works on the connection that `migrate.py` hands over."""

from alembic import context

from sleutelkast.adapters.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite can't alter tables; batch mode copies them. See migrate.py for what that does to foreign keys.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
