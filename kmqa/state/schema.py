"""What every table is made of: one metadata, ids, sealed text."""

from sqlalchemy import BigInteger, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite counts rows by itself only in a column that is exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


class Sealed(Text):
    """What `Identity.seal` wrote, or nothing: the type tells the walks where a person's words are.

    Texts of any length that are not sealed say in `Column.info["plain"]` why they need not be.
    """
