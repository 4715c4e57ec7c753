"""What is written together, and what becomes of it when a caller is gone."""

import asyncio
import threading

from sqlalchemy import Connection, text

from kmqa.state.database import Database
from kmqa.state.writer import Writer


def _one(connection: Connection) -> int:
    found: int = connection.execute(text("SELECT 1")).scalar_one()
    return found


def _held(begun: threading.Event, may_end: threading.Event, connection: Connection) -> int:
    begun.set()
    assert may_end.wait(10)
    return _one(connection)


async def _written_beside_one_who_left(writer: Writer, *, before_it_began: bool) -> int:
    """What a change returns that is asked for after the caller of another one was cancelled."""
    begun, may_end = threading.Event(), threading.Event()
    held = asyncio.create_task(writer.write(lambda c: _held(begun, may_end, c)))
    await asyncio.to_thread(begun.wait, 10)
    leaving = asyncio.create_task(writer.write(_one)) if before_it_began else held
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(0)
    may_end.set()
    return await asyncio.wait_for(writer.write(_one), 10)


def test_a_caller_who_leaves_before_her_change_stops_nobody_else(database: Database) -> None:
    writer = Writer(database)

    written = asyncio.run(_written_beside_one_who_left(writer, before_it_began=True))

    assert written == 1
    writer.close()


def test_a_caller_who_leaves_in_mid_change_stops_nobody_else(database: Database) -> None:
    writer = Writer(database)

    written = asyncio.run(_written_beside_one_who_left(writer, before_it_began=False))

    assert written == 1
    writer.close()


def test_a_change_whose_caller_left_before_it_began_is_not_made(database: Database) -> None:
    writer = Writer(database)
    made: list[str] = []

    async def left() -> None:
        begun, may_end = threading.Event(), threading.Event()
        held = asyncio.create_task(writer.write(lambda c: _held(begun, may_end, c)))
        await asyncio.to_thread(begun.wait, 10)
        leaving = asyncio.create_task(writer.write(lambda _: made.append("made")))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0)
        may_end.set()
        await held

    asyncio.run(left())
    writer.close()

    assert made == []
