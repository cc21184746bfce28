"""The tables of a new node, made at once as the models say.

The migrations make the same, one change after the other, but take ten times as long for it: on an old laptop
a first start would take minutes. That both make the same is shown on both databases
(``tests/node/test_fresh.py``).
"""

from importlib import import_module

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

BESIDE_THE_MODELS = (
    "isthmus.exchange.migrations.0005_fewer_indexes_of_a_record:drop_indexes",
    "isthmus.search.migrations.0002_vacuum_of_postings:let_it_tidy_soon",
)
"""What migrations make that no model says. Each is called with the applications and the editor."""


def make_tables() -> None:
    """All tables, indexes and first rows of this release in an empty database, or nothing at all."""
    steps = MigrationLoader(connection).graph.nodes
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        # Indexes and keys would wait for the end of the block; what follows is about them.
        for statement in editor.deferred_sql:
            editor.execute(statement)
        editor.deferred_sql.clear()
        for place in BESIDE_THE_MODELS:
            module, _, name = place.partition(":")
            getattr(import_module(module), name)(apps, editor)
        for step, migration in steps.items():
            for application, name in [step, *migration.replaces]:
                recorder.record_applied(application, name)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
