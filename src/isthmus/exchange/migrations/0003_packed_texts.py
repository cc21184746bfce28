"""Texts are kept packed and under the number of their log entry; what a node holds is carried over."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef

from isthmus.wire import merkle, packing

PORTION = 100


def _portions(rows: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while portion := list(islice(waiting, PORTION)):
        yield portion


def pack(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Carry the texts over, in the order of the log.

    A text whose entry somebody removed is evidence too: it is kept under a negative number.
    """
    entry, plain = apps.get_model("exchange", "LogEntry"), apps.get_model("exchange", "PlainText")
    token = apps.get_model("exchange", "Token")
    last = -1
    while numbered := list(
        entry.objects.filter(index__gt=last).order_by("index").values_list("index", "leaf")[:PORTION]
    ):
        texts = dict(
            plain.objects.filter(leaf__in=[leaf for _, leaf in numbered]).values_list("leaf", "text")
        )
        token.objects.bulk_create(
            token(entry_id=index, packed=packing.pack(texts[leaf]))
            for index, leaf in numbered
            if leaf in texts
        )
        last = numbered[-1][0]
    lost = plain.objects.exclude(Exists(entry.objects.filter(leaf=OuterRef("leaf")))).order_by("leaf")
    for start, portion in enumerate(_portions(lost.iterator(PORTION))):
        token.objects.bulk_create(
            token(entry_id=-1 - start * PORTION - at, packed=packing.pack(row.text))
            for at, row in enumerate(portion)
        )


def store_as_it_is(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Keep PostgreSQL from compressing once more what is compressed."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE exchange_token ALTER COLUMN packed SET STORAGE EXTERNAL")


def unpack(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The way back: each text under its leaf again."""
    plain, token = apps.get_model("exchange", "PlainText"), apps.get_model("exchange", "Token")
    rows = token.objects.order_by("entry_id").values_list("packed", flat=True).iterator(PORTION)
    for portion in _portions(rows):
        texts = [packing.unpack(bytes(packed)) for packed in portion]
        plain.objects.bulk_create(
            [plain(leaf=merkle.hash_leaf(text.encode("utf-8")).hex(), text=text) for text in texts],
            ignore_conflicts=True,
        )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_kept_answers")]

    operations = [
        migrations.RenameModel("Token", "PlainText"),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_column="index",
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        serialize=False,
                        to="exchange.logentry",
                    ),
                ),
                ("packed", models.BinaryField()),
            ],
        ),
        migrations.RunPython(store_as_it_is, migrations.RunPython.noop),
        migrations.RunPython(pack, unpack),
        migrations.DeleteModel("PlainText"),
    ]
