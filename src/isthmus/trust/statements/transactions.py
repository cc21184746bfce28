"""Transactions and savepoints with as little as possible around the driver's own statements."""

from functools import cache
from types import TracebackType

from django.db import DEFAULT_DB_ALIAS, DatabaseError, Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import Atomic

from isthmus.trust.statements.running import Words, here, run, words


@cache
def _begin(mode: str | None) -> Words:
    """How SQLite begins, by the mode that the settings of the database name."""
    statement = f"BEGIN {mode}" if mode else "BEGIN"
    return Words(statement, statement)


def commit(database: BaseDatabaseWrapper) -> None:
    """Commit; errors come in Django's classes. Where somebody listens to the statements, Django does it."""
    if database.queries_logged or database.connection is None:
        database.commit()
        return
    try:
        database.connection.commit()
    except Exception:
        with database.wrap_database_errors:
            raise
    database.errors_occurred = False


class transaction(Atomic):  # noqa: N801  used like a function, as ``atomic`` is
    """A transaction, or within one a part that stays or goes as one: what ``atomic`` is, in fewer steps.

    Where SQLite begins and commits, Django's way takes 40 µs beside the driver. Every other case is Django's:
    another database, a transaction within one, what ends in an error. Keeps nothing, so that it can be a
    decorator too.
    """

    def __init__(self) -> None:
        super().__init__(DEFAULT_DB_ALIAS, savepoint=True, durable=False)

    def __enter__(self) -> None:
        database = here.database
        if database.in_atomic_block or database.vendor != "sqlite" or not database.autocommit:
            super().__enter__()
            return
        run(database, _begin(getattr(database, "transaction_mode", None)), (), rows=False)
        database.commit_on_exit = True
        database.needs_rollback = False
        database.autocommit = False
        database.in_atomic_block = True
        database.atomic_blocks.append(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        database = here.database
        ends = len(database.atomic_blocks) == 1 and not database.savepoint_ids and database.vendor == "sqlite"
        if not ends or kind is not None or database.needs_rollback or database.closed_in_transaction:
            super().__exit__(kind, error, trace)
            return
        try:
            database.atomic_blocks.pop()
            database.in_atomic_block = False
            commit(database)
        except BaseException:  # no memory left, or an interruption: the driver must not stay in a transaction
            try:
                database.rollback()
            except Error:  # the connection is of no more use
                database.close()
            raise
        finally:
            database.autocommit = True
        database.run_commit_hooks_on_set_autocommit_on = False
        if database.run_on_commit:
            database.run_and_clear_commit_hooks()


@cache
def _savepoint_words(depth: int, vendor: str) -> tuple["Words", "Words", "Words"]:  # noqa: ARG001  one for each
    # Named by its depth: a name for each record would be three statements for each, and the driver keeps few.
    database = here.database
    quoted = database.ops.quote_name(f"depth_{depth}")
    made = (f"SAVEPOINT {quoted}", f"ROLLBACK TO SAVEPOINT {quoted}", f"RELEASE SAVEPOINT {quoted}")
    begin, undo, end = (words(statement, database) for statement in made)
    return begin, undo, end


class savepoint:  # noqa: N801  used like a function, as ``atomic`` is
    """Inside a transaction: what is done under it stays or goes as one, as under a nested ``atomic``.

    ``name`` differs from that of every other savepoint of the transaction: what waits for the commit is told
    apart by it. A record costs two statements of the driver; ``atomic`` takes five times as long.
    """

    __slots__ = ("_database", "_name", "_words")

    def __init__(self, name: str) -> None:
        self._database = here.database
        self._name = name
        self._words = _savepoint_words(len(self._database.savepoint_ids), self._database.vendor)

    def __enter__(self) -> None:
        assert self._database.in_atomic_block, "a savepoint is one of a transaction"
        run(self._database, self._words[0], (), rows=False)
        self._database.savepoint_ids.append(self._name)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        database = self._database
        database.savepoint_ids.pop()
        if database.closed_in_transaction:
            return  # the connection is gone, and the transaction with it
        if kind is not None or database.needs_rollback:
            self._undo()
            return
        try:
            run(database, self._words[2], (), rows=False)
        except DatabaseError:  # somebody swallowed an error that had broken the transaction
            self._undo()
            raise

    def _undo(self) -> None:
        database = self._database
        database.needs_rollback = False
        database.run_on_commit = [
            waiting for waiting in database.run_on_commit if self._name not in waiting[0]
        ]
        try:
            run(database, self._words[1], (), rows=False)
            run(database, self._words[2], (), rows=False)
        except DatabaseError:  # then nothing of the whole transaction may stay
            database.needs_rollback = True
