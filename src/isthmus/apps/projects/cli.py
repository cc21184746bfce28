"""Topics from the shell."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, show_one, show_rows

if TYPE_CHECKING:
    from isthmus.apps.projects.models import Topic

STAGES = ("topic", "interest", "group", "pilot", "real", "closed")


@click.group()
def projects() -> None:
    """Virtual projects: topics, who joined, and what became of them."""


def _row(topic: "Topic") -> dict[str, object]:
    return {
        "topic": topic.reference,
        "title": topic.title,
        "stage": str(topic.stage),
        "country": topic.country,
        "lead": topic.lead,
        "moved": topic.moved_at,
    }


@projects.command("list")
@click.option("--stage", type=click.Choice(STAGES), help="Only topics at this stage.")
@click.option("--programme", help="Only topics that came of the programme of this code.")
@json_option
def listed(stage: str | None, programme: str | None, *, as_json: bool) -> None:
    """List topics, the newest first."""
    from isthmus.apps.projects.models import Topic

    wanted = {"stage": stage, "programme": programme}
    rows = Topic.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    found = [_row(row) for row in rows.order_by("-proposed_at", "-pk")]
    columns = {"topic": "topic", "title": "title", "stage": "stage", "country": "country", "lead": "lead"}
    show_rows(found, columns, as_json=as_json, empty=_("No topic yet."))


@projects.command()
@click.argument("topic")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file.")
@click.option("--language", default="en", show_default=True, help="Language of the story's headings.")
@json_option
def export(topic: str, out: Path, language: str, *, as_json: bool) -> None:
    """Write everything about a topic to one ZIP; the same data give the same bytes.

    TOPIC is its name, or how that begins. Every record in it is as it was signed, for `isthmus verify`.
    """
    from django.conf import settings

    from isthmus.apps.projects import queries
    from isthmus.apps.projects.formats import bundle
    from isthmus.apps.projects.models import Topic
    from isthmus.apps.projects.package_queries import package_of

    row = queries.named(Topic.objects.all(), topic)
    if language not in dict(settings.LANGUAGES):
        raise BadInput(
            "projects.language", _("No story is written in %(language)s.") % {"language": language}
        )
    if not out.parent.is_dir():
        raise BadInput("projects.out", _("There is no folder %(folder)s.") % {"folder": out.parent})
    package = package_of(row, language)
    content = bundle.write(package)
    out.write_bytes(content)
    records = sum(name.startswith("records/") for name in package.files)
    told = {"file": str(out), "bytes": len(content), "topic": row.reference, "records": records}
    show_one(told, as_json=as_json)
