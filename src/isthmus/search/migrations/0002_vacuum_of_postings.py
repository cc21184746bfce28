from typing import Any

from django.db import migrations

_SOON = (
    "autovacuum_vacuum_insert_scale_factor",
    "autovacuum_vacuum_scale_factor",
    "autovacuum_analyze_scale_factor",
)


def _let_it_tidy_soon(apps: Any, schema_editor: Any) -> None:
    """After a fiftieth of the postings rather than a fifth: those not yet marked are looked up one by one."""
    if schema_editor.connection.vendor == "postgresql":
        factors = ", ".join(f"{name} = 0.02" for name in _SOON)
        schema_editor.execute(f"ALTER TABLE search_posting SET ({factors})")


def _let_it_tidy_as_usual(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE search_posting RESET ({', '.join(_SOON)})")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(_let_it_tidy_soon, _let_it_tidy_as_usual)]
