"""PostgreSQL tidies the postings sooner than other tables; SQLite has nothing of the kind."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SOON = """
ALTER TABLE search_posting SET (
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
)
"""
_AS_USUAL = """
ALTER TABLE search_posting RESET (
    autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor
)
"""


def let_it_tidy_soon(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """After a fiftieth of the postings rather than a fifth: those not yet marked are looked up one by one."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_SOON)


def let_it_tidy_as_usual(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(_AS_USUAL)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(let_it_tidy_soon, let_it_tidy_as_usual)]
