"""Contributions of this country: evidence, cells of the fit table, comments, tasks and milestones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.services.joining import check_member
from isthmus.apps.projects.services.telling import check_open, locked, say
from isthmus.apps.projects.wording import FIELDS
from isthmus.exchange.services.attachments import keep
from isthmus.kit import clock
from isthmus.kit.errors import Conflict
from isthmus.kit.ids import uuid7

MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that somebody attaches: seekable, with its name and media type."""

    file: BinaryIO
    name: str
    media_type: str = "application/octet-stream"


def _kept(files: Sequence[Attached], actor: str) -> list[dict[str, Any]]:
    if len(files) > MOST_FILES:
        raise bodies.bad("files", _("At most %(most)d files at once.") % {"most": MOST_FILES})
    found = {}
    for one in files:
        kept = keep(one.file, name=one.name, media_type=one.media_type, actor=actor)
        found[kept.sha256] = dict(kept.to_json())
    return list(found.values())


@transaction.atomic
def contribute(
    topic: Topic,
    organisation: Organisation,
    kind: str,
    given: Mapping[str, Any],
    *,
    files: Sequence[Attached] = (),
    actor: str,
) -> Statement:
    """Contribute to a topic; the lead shows it to the other countries.

    ``given`` has the fields of ``ContributionV1`` that the kind needs. BadInput where one is missing,
    Conflict where this country has not joined, where files could not travel yet, or what is done is done.
    """
    row = locked(topic)
    check_open(row)
    if not queries.is_led_here(row):
        check_member(row)
    body = {name: value for name, value in given.items() if value not in (None, "")}
    if isinstance(body.get("due"), date):
        body["due"] = body["due"].isoformat()
    body |= {"kind": kind, "files": _kept(files, actor)}
    if lacking := work.missing_in(body):
        said = ", ".join(str(FIELDS[name]) for name in lacking)
        raise bodies.bad(lacking[0], _("This is missing: %(parts)s.") % {"parts": said})
    if kind == "done":
        _check_to_do(row, body["about"])
    whole = {
        **body,
        "topic": row.reference,
        "contribution": uuid7().hex,
        "at": clock.to_text(clock.now()),
        "author": organisation.name,
        "hand_on": True,
    }
    audit.note("projects.contributed", actor=actor, subject=row.reference, detail={"kind": kind})
    made = say(row, "contribution", whole, actor=actor)
    if files and not made.leaf:
        raise Conflict(
            "projects.nobody-told",
            _("Files travel with records, and nobody can be told of this topic yet."),
            next_step=_("Attach them once a country has joined; the words alone can be entered now."),
        )
    return made


def _check_to_do(topic: Topic, about: str) -> None:
    task = next(
        (one for one in work.tasks(queries.story_of(topic).said) if one.said.body["contribution"] == about),
        None,
    )
    if task is None:
        raise bodies.bad("about", _("There is no such task."))
    if task.done_at is not None:
        raise Conflict("projects.done", _("This is done already."))
