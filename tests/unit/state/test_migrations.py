from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kmqa.state import tables
from kmqa.state.database import Database


def test_the_migrations_make_just_the_tables_that_the_code_declares(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []


def test_migrating_a_database_that_is_up_to_date_changes_nothing(database: Database) -> None:
    url = database.engine.url.render_as_string(hide_password=False)

    again = Database(url.replace("postgresql+psycopg", "postgresql"))

    with again.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
    again.close()
