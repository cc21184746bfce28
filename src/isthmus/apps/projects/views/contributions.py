"""Contributing to a topic, its fit table, its tasks and files."""

from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.accounts.policy import can
from isthmus.apps.projects import queries, table_wording
from isthmus.apps.projects.forms import CONTRIBUTION_FORMS, TaskForm, add_faults
from isthmus.apps.projects.house import TAKE_PART, VIEW
from isthmus.apps.projects.models import Stage, Topic
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.rules.work import Task, TaskState
from isthmus.apps.projects.services.contributing import contribute
from isthmus.apps.projects.views.topics import find, way
from isthmus.apps.projects.wording import task_state
from isthmus.exchange import queries as exchange
from isthmus.exchange.downloads import for_saving
from isthmus.exchange.models import Attachment, AttachmentState
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Link
from isthmus.ui.table import Column, tabulate


def _titles(kind: str) -> str:
    return {
        "evidence": _("Add evidence"),
        "fit": _("Fill a cell of the fit table"),
        "comment": _("Write a comment"),
        "task": _("Add a task"),
        "milestone": _("Add a milestone"),
    }[kind]


@require_http_methods(["GET", "POST"])
@authorised(TAKE_PART)
def add(request: ActorRequest, pk: int, kind: str) -> HttpResponse:
    """Contribute something of a kind."""
    topic = find(request, pk)
    if kind not in CONTRIBUTION_FORMS:
        raise NotFound("projects.no-kind", _("There is no such contribution."))
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CONTRIBUTION_FORMS[kind](
        *given, organisations=request.actor.organisation_ids, **_nodes(kind, topic)
    )
    if request.method == "POST" and form.is_valid():
        try:
            contribute(topic, form.holder, kind, form.given, files=form.attached, actor=request.actor.label)
            return redirect("projects:fit" if kind == "fit" else "projects:topic", pk)
        except BadInput as error:
            add_faults(form, error, next(iter(form.fields)))
    context = {
        "title": _titles(kind),
        "lead": _("Signed by this node. The lead shows it to the other countries of the topic."),
        "crumbs": way(topic),
        "form": form,
        "submit": _("Add it"),
        "cancel_url": reverse("projects:topic", args=[pk]),
    }
    return render(request, "ui/form.html", context)


def _nodes(kind: str, topic: Topic) -> dict[str, list[str]]:
    if not issubclass(CONTRIBUTION_FORMS[kind], TaskForm):
        return {}
    story = queries.story_of(topic)
    return {"nodes": [node for node in story.members if story.is_member(node)]}


@require_http_methods(["GET", "POST"])
@authorised(TAKE_PART)
def done(request: ActorRequest, pk: int, about: str) -> HttpResponse:
    """Say that a task is done."""
    topic = find(request, pk)
    found = work.tasks(queries.story_of(topic).said)
    task = next((one for one in found if one.said.body["contribution"] == about), None)
    if task is None:
        raise NotFound("projects.no-task", _("There is no such task."))
    form = OfOrganisation(request.POST or None, organisations=request.actor.organisation_ids)
    if request.method == "POST" and form.is_valid():
        try:
            contribute(topic, form.holder, "done", {"about": about}, actor=request.actor.label)
            return redirect("projects:topic", pk)
        except BadInput as error:
            form.add_error(None, str(error))
    context = {
        "title": _("This is done"),
        "lead": task.said.body["title"],
        "crumbs": way(topic),
        "form": form,
        "submit": _("It is done"),
        "cancel_url": reverse("projects:topic", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def fit(request: ActorRequest, pk: int) -> HttpResponse:
    """The fit table, each cell with its source."""
    topic = find(request, pk)
    story = queries.story_of(topic)
    may = topic.stage != Stage.CLOSED and can(request.actor, TAKE_PART)
    context = {
        "title": _("Fit of the countries"),
        "lead": _("Whether the topic fits each country. What nobody has looked at is unknown, not good."),
        "crumbs": way(topic),
        "topic": topic,
        "fit": table_wording.fit_table(story),
        "sources": table_wording.fit_sources(story),
        "empty": Empty(
            _("No country has joined yet"),
            _("Each country that joins has a row; whoever takes part fills its cells with a source."),
        ),
        "may_add": may and (story.is_member(exchange.me()) or queries.is_led_here(topic)),
    }
    return render(request, "projects/fit.html", context)


def _columns(today: date) -> tuple[Column[tuple[Topic, Task]], ...]:
    return (
        Column("title", _("Task"), lambda one: one[1].said.body["title"]),
        Column(
            "topic",
            _("Topic"),
            lambda one: Link(one[0].title, reverse("projects:topic", args=[one[0].pk])),
        ),
        Column("kind", _("Kind"), lambda one: table_wording.kind_of(one[1].said)),
        Column("due", _("Due"), lambda one: one[1].due, "date"),
        Column("who", _("In charge"), lambda one: one[1].said.body.get("who")),
        Column("state", _("State"), lambda one: task_state(one[1].state_on(today)), "state"),
    )


@require_GET
@authorised(VIEW)
def tasks(request: ActorRequest) -> HttpResponse:
    """What is to be done in all open topics, by its due day."""
    today = clock.now().date()
    rows = queries.topics_for(request.actor).exclude(stage=Stage.CLOSED).order_by("pk")
    stories = queries.stories_of(rows)
    found = [(story.topic, task) for story in stories for task in work.tasks(story.said)]
    left = [pair for pair in found if pair[1].state_on(today) is not TaskState.DONE]
    left.sort(key=lambda pair: pair[1].due)
    context = {
        "title": _("Tasks of topics"),
        "lead": _("What is to be done, the most urgent first."),
        "tasks": tabulate(_columns(today), left) if left else None,
        "empty": Empty(
            _("Nothing is to be done"), _("Tasks and milestones are added on the page of a topic.")
        ),
    }
    return render(request, "projects/tasks.html", context)


@require_GET
@authorised(VIEW)
def file(request: ActorRequest, pk: int, digest: str) -> HttpResponseBase:
    """A file of a contribution, for saving."""
    topic = find(request, pk)
    named = [
        one
        for said in work.of_kind(queries.story_of(topic).said, "evidence", "comment")
        for one in said.body.get("files", ())
        if one["sha256"] == digest
    ]
    row = Attachment.objects.filter(sha256=digest, state=AttachmentState.WHOLE, subject_key=None).first()
    if not named or row is None:
        raise NotFound("projects.no-file", _("This file is not here, or not all here yet."))
    return for_saving(row, named[0]["name"])
