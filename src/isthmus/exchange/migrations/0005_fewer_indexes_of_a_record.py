import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_COLUMNS = (["organisation_id"], ["receipt_id"], ["stream_id"])
_KEPT = ("record_by_organisation", "record_by_receipt")


def _indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor, model: str) -> dict[str, list[str]]:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        table = apps.get_model("exchange", model)._meta.db_table
        found = connection.introspection.get_constraints(cursor, table)
    return {
        name: index["columns"]
        for name, index in found.items()
        if index["index"] and not (index["unique"] or index["foreign_key"])
    }


def drop_indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the indexes alone: on SQLite an altered field would write the whole table anew, three times.

    With PostgreSQL also those for patterns in leaves: the beginning of a leaf is looked for as a range.
    """
    for model in ("Record", "LogEntry"):
        for name, columns in _indexes(apps, schema_editor, model).items():
            plain = columns in _COLUMNS and name not in _KEPT
            if plain or (columns == ["leaf"] and name.endswith("_like")):
                statement = f"DROP INDEX {schema_editor.quote_name(name)}"
                schema_editor.execute(statement)


def make_indexes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For an earlier release; those for patterns are not made again, as nothing needs them."""
    quote = schema_editor.quote_name
    table = apps.get_model("exchange", "Record")._meta.db_table
    for (column,) in _COLUMNS:
        name = quote(f"{table}_{column}")
        statement = f"CREATE INDEX {name} ON {quote(table)} ({quote(column)})"
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_digests_and_letters_left"),
        ("exchange", "0004_since_packed_texts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_indexes, make_indexes)],
            state_operations=[
                migrations.AlterField(
                    model_name="record",
                    name="organisation",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                migrations.AlterField(
                    model_name="record",
                    name="receipt",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="exchange.receipt",
                    ),
                ),
                migrations.AlterField(
                    model_name="record",
                    name="stream",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="exchange.stream",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["organisation"],
                condition=models.Q(organisation__isnull=False),
                name="record_by_organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["receipt"],
                condition=models.Q(receipt__isnull=False),
                name="record_by_receipt",
            ),
        ),
    ]
