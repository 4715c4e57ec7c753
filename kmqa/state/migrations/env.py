"""Run by Alembic over the connection that `kmqa.state.database` hands it."""

from alembic import context

from kmqa.state.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
