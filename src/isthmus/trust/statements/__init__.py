"""SQL of the hot path, compiled once and run many times.

Building a statement through the ORM costs several times what running it does, and an exchange of one record
runs some thirty. So the few statements that every record passes are declared in the ORM's own words, compiled
at first use for the database at hand, and then run with new values. Everything else keeps to plain querysets.
"""

from isthmus.trust.statements.reading import Lookup, Select, Update
from isthmus.trust.statements.transactions import savepoint, transaction
from isthmus.trust.statements.writing import insert, insert_values, new, relate, store, store_values

__all__ = [
    "Lookup",
    "Select",
    "Update",
    "insert",
    "insert_values",
    "new",
    "relate",
    "savepoint",
    "store",
    "store_values",
    "transaction",
]
