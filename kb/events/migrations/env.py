"""How Alembic runs the steps: on the connection that `kb.events.migrations.upgrade` gives it.

That connection has its transaction already, so all steps come about together or not at all, on
SQLite too.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    # Most changes of an SQLite table are made by copying it.
    render_as_batch=True,
)
context.run_migrations()
