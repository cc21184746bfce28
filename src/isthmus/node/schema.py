"""How the database's tables stand to this release: what is missing, and what a newer release added."""

from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from isthmus.kit.errors import Refused


@dataclass(frozen=True, slots=True)
class Schema:
    """Names as ``app.0001_name``. ``missing`` is in the order in which it will be applied.

    ``unknown`` was applied here by a release that this one does not know. ``fresh`` says that the database
    holds nothing of a node yet.
    """

    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    fresh: bool


def known_steps(loader: MigrationLoader) -> set[tuple[str, str]]:
    """Application and name of every step that this release has, or had and has replaced."""
    replaced = {old for found in loader.replacements.values() for old in found.replaces}
    return set(loader.disk_migrations) | replaced


def schema() -> Schema:
    """Look at the tables; DatabaseError where the database does not answer."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    ours = {app for app, _name in loader.disk_migrations}
    known = known_steps(loader)
    return Schema(
        missing=tuple(f"{found.app_label}.{found.name}" for found, _backwards in plan),
        unknown=tuple(
            f"{app}.{name}"
            for app, name in sorted(loader.applied_migrations)
            if app in ours and (app, name) not in known
        ),
        fresh=not loader.applied_migrations,
    )


def refuse_newer(found: Schema) -> None:
    """Refused where a newer release has changed the tables: this one would not understand what it reads."""
    if found.unknown:
        raise Refused(
            "node.newer-database",
            _(
                "A newer release has made this database: it holds %(names)s, which this release does not "
                "know. Going back is not possible."
            )
            % {"names": ", ".join(found.unknown)},
            next_step=_(
                "Install the release that last ran here, or restore the backup that was made before the "
                "upgrade."
            ),
        )
