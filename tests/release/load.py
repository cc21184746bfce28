"""Lays a release's node out again: its files, its tables as that release made them, its rows.

Run in a process of its own: ``python -m tests.release.load FILE HOME [DATABASE]``.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any


def lay_out(kept: dict[str, Any], home: Path, database: str) -> None:
    """The home folder as it was, apart from the database's address."""
    for name, text in kept["files"].items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    if database:
        with (home / "isthmus.env").open("a", encoding="utf-8") as file:
            file.write(f"ISTHMUS_DATABASE={database}\n")


def make_tables(kept: dict[str, Any]) -> Any:
    """Apply exactly the migrations of the release; returns the models as they were then."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    # The last of each application; they are listed in their order.
    targets = list({app: (app, name) for app, name, _digest in kept["migrations"]}.values())
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def put_rows(kept: dict[str, Any], models: Any) -> None:
    """Every row, with the key that it had."""
    from django.core.management.color import no_style
    from django.db import connection, transaction

    filled = set()
    with transaction.atomic():
        for row in kept["rows"]:
            model = models.get_model(row["model"])
            values = {model._meta.pk.attname: model._meta.pk.to_python(row["pk"])}
            for name, value in row["fields"].items():
                field = model._meta.get_field(name)
                assert not field.many_to_many or not value, "no row of this release has many of another"
                if not field.many_to_many:
                    target = field.target_field if field.is_relation else field
                    values[field.attname] = value if value is None else target.to_python(value)
            model._base_manager.bulk_create([model(**values)])
            filled.add(model)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(filled)):
            cursor.execute(statement)


def changed_migrations(kept: dict[str, Any]) -> list[str]:
    """Migrations of the release that are not as they were published: none, or its tables are others."""
    from django.apps import apps

    found = []
    for app, name, digest in kept["migrations"]:
        path = Path(apps.get_app_config(app).path) / "migrations" / f"{name}.py"
        if digest and (not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest):
            found.append(f"{app}.{name}")
    return found


def main(file: str, home: str, database: str = "") -> None:
    kept = json.loads(Path(file).read_text(encoding="utf-8"))
    lay_out(kept, Path(home), database)
    os.environ["ISTHMUS_HOME"] = home
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    import django

    django.setup(set_prefix=False)
    assert changed_migrations(kept) == [], "a published migration never changes"
    put_rows(kept, make_tables(kept))


if __name__ == "__main__":
    main(*sys.argv[1:])
