"""What every record writes takes less: tree hashes stand with their entries, and indexes that nobody uses go."""

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from isthmus.exchange.models.row_numbers import EntryNumber, RowNumber
from isthmus.wire.merkle import HASH_BYTES

PORTION = 4096
_GONE = bytes(HASH_BYTES)


def _levels(nodes: Any, first: int, end: int, size: int) -> Iterator[tuple[int, int, bytes]]:  # noqa: ANN401  of no model's type
    """Of the subtrees that an entry from ``first`` to before ``end`` completes: level, that entry, hash."""
    for level in range(1, size.bit_length()):
        width = 1 << level
        span = (first + width) // width - 1, end // width - 1
        kept = nodes.filter(level=level, index__range=span).values_list("index", "hash")
        yield from ((level, (index + 1) * width - 1, bytes(found)) for index, found in kept)


def take_hashes(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give each entry the hashes that its leaf completes, as they are kept; one that is gone leaves zeros.

    They are not made anew: one that somebody altered is evidence, which the walk over the log names.
    """
    entries, nodes = apps.get_model("exchange", "LogEntry"), apps.get_model("exchange", "LogNode").objects
    quote = editor.quote_name
    statement = f"UPDATE {quote(entries._meta.db_table)} SET subtrees = %s WHERE {quote('index')} = %s"  # noqa: S608  our own table
    last = entries.objects.order_by("-index").values_list("index", flat=True).first()
    size = 0 if last is None else last + 1
    for first in range(0, size, PORTION):
        found: dict[int, list[bytes]] = {}
        for level, entry, kept in _levels(nodes, first, first + PORTION, size):
            hashes = found.setdefault(entry, [])
            hashes += [_GONE] * (level - 1 - len(hashes))
            hashes.append(kept)
        with editor.connection.cursor() as cursor:
            cursor.executemany(statement, [(b"".join(hashes), entry) for entry, hashes in found.items()])


def give_hashes_back(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The way back: each hash in a row of its own."""
    entries, nodes = apps.get_model("exchange", "LogEntry"), apps.get_model("exchange", "LogNode")
    rows = entries.objects.exclude(subtrees=b"").order_by("index").values_list("index", "subtrees")
    waiting = []
    for entry, subtrees in rows.iterator(PORTION):
        kept = bytes(subtrees)
        for at in range(len(kept) // HASH_BYTES):
            hashed = kept[at * HASH_BYTES : (at + 1) * HASH_BYTES]
            waiting.append(nodes(level=at + 1, index=(entry + 1 >> at + 1) - 1, hash=hashed))
        if len(waiting) >= PORTION:
            nodes.objects.bulk_create(waiting, batch_size=500)
            waiting = []
    nodes.objects.bulk_create(waiting, batch_size=500)


def drop_uuid_indexes(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the indexes alone: on SQLite an altered field would write the whole table anew."""
    for model in ("Record", "Receipt"):
        table = apps.get_model("exchange", model)._meta.db_table
        with editor.connection.cursor() as cursor:
            found = editor.connection.introspection.get_constraints(cursor, table)
        for name, index in found.items():
            if index["columns"] == ["uuid"] and index["index"] and not index["unique"]:
                statement = f"DROP INDEX {editor.quote_name(name)}"
                editor.execute(statement)


def make_uuid_indexes(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """For an earlier release."""
    for model in ("Record", "Receipt"):
        table = apps.get_model("exchange", model)._meta.db_table
        name = editor.quote_name(f"{table}_uuid")
        statement = f"CREATE INDEX {name} ON {editor.quote_name(table)} (uuid)"
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_fewer_indexes_of_a_record")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_uuid_indexes, make_uuid_indexes)],
            state_operations=[
                migrations.AlterField("record", "uuid", models.UUIDField()),
                migrations.AlterField("receipt", "uuid", models.UUIDField()),
            ],
        ),
        migrations.RemoveIndex("record", "record_by_receipt"),
        migrations.AlterField("logentry", "index", EntryNumber(primary_key=True, serialize=False)),
        migrations.AddField("logentry", "subtrees", models.BinaryField(default=b"")),
        migrations.RunPython(take_hashes, give_hashes_back),
        migrations.DeleteModel("LogNode"),
        migrations.AlterField("checkpoint", "id", RowNumber(primary_key=True, serialize=False)),
        migrations.AlterField("receipt", "id", RowNumber(primary_key=True, serialize=False)),
        migrations.AlterField("record", "id", RowNumber(primary_key=True, serialize=False)),
    ]
