"""Topics by stage, the story of one, proposing, joining and leaving."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import Actor, can
from isthmus.apps.projects import queries, table_wording
from isthmus.apps.projects.draft_queries import initial_of
from isthmus.apps.projects.formats import bundle
from isthmus.apps.projects.forms import (
    JoinForm,
    ReasonForm,
    TopicFilter,
    TopicForm,
    add_faults,
    language_names,
)
from isthmus.apps.projects.house import DRAFT, PROPOSE, TAKE_PART, VIEW
from isthmus.apps.projects.models import Stage, Topic
from isthmus.apps.projects.package_queries import package_of
from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.rules.gates import BEFORE
from isthmus.apps.projects.rules.members import QUORUM
from isthmus.apps.projects.services import joining, proposing, telling
from isthmus.apps.projects.wording import GATES, GRADES, application_link, hindrance, stage_state
from isthmus.exchange import handing
from isthmus.exchange import queries as exchange
from isthmus.exchange.rules.handing import fitting_language
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Empty, Fact, Link, SavedView, Tile
from isthmus.ui.lists import ListPage
from isthmus.ui.table import Column, Table, tabulate

_TOPICS: tuple[Column[Topic], ...] = (
    Column(
        "title",
        gettext_lazy("Topic"),
        "title",
        "link",
        sort="title",
        url=lambda row: reverse("projects:topic", args=[row.pk]),
    ),
    Column("stage", gettext_lazy("Stage"), stage_state, "state", sort="stage"),
    Column(
        "country",
        gettext_lazy("Proposed by"),
        lambda row: Tile(row.country or row.lead.upper()[:6], row.proposer),
    ),
    Column("lead", gettext_lazy("Led by"), "lead", sort="lead"),
    Column("moved", gettext_lazy("Last step"), "moved_at", "date", sort="moved_at"),
)


def find(request: ActorRequest, pk: int) -> Topic:
    """The topic of a page; NotFound where there is none for this visitor."""
    row = queries.topics_for(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound("projects.no-topic", _("There is no such topic."))
    return row


def way(topic: Topic | None = None) -> tuple[Link, ...]:
    """The breadcrumbs above a page of a topic."""
    top = Link(_("Topics"), reverse("projects:topics"))
    return (top,) if topic is None else (top, Link(topic.title, reverse("projects:topic", args=[topic.pk])))


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest) -> HttpResponseBase:
    """Topics by stage."""
    page = ListPage(
        request,
        queries.topics_for(request.actor),
        _TOPICS,
        name="projects-topics",
        filters=TopicFilter,
        default_sort="-moved",
        views=(
            SavedView(_("All")),
            *(SavedView(stage.label, f"stage={stage.value}") for stage in Stage),
        ),
        empty=Empty(
            _("No topic yet"),
            _("Whoever works here may propose one; partners' topics arrive under an agreement."),
        ),
    )
    context = {
        "lead": _("What delegates propose, who joins, and what becomes of it."),
        "may_propose": can(request.actor, PROPOSE),
    }
    return page.respond(_("Topics"), "projects/topics.html", context)


@require_http_methods(["GET", "POST"])
@authorised(PROPOSE)
def propose(request: ActorRequest) -> HttpResponse:
    """Propose a topic, perhaps with the words of a record of another application to begin with."""
    origin = request.GET.get(handing.FROM, "")
    words = handing.draft_for(request.actor, DRAFT, origin) if origin else None
    language = (get_language() or "en").partition("-")[0]
    initial = {"language": language}
    if words is not None:
        fitting = fitting_language(words, frozenset(code for code, _name in language_names()), language)
        initial = {**initial_of(words), "language": fitting}
    form = TopicForm(request.POST or None, organisations=request.actor.organisation_ids, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = proposing.propose(form.holder, form.cleaned_data, actor=request.actor.label, origin=origin)
            return redirect("projects:topic", made.pk)
        except BadInput as error:
            add_faults(form, error, "title")
    context = {
        "title": _("Propose a topic"),
        "lead": " ".join(
            (
                *((handing.drafted_words(words),) if words is not None else ()),
                _("It is shown to every partner with an agreement about topics. It need not be your job."),
            )
        ),
        "crumbs": way(),
        "form": form,
        "submit": _("Propose it"),
        "cancel_url": reverse("projects:topics"),
    }
    return render(request, "ui/form.html", context)


def _facts(story: Story, actor: Actor) -> tuple[Fact, ...]:
    topic = story.topic
    grade = work.best_grade(story.said)
    facts = (
        Fact(_("Stage"), stage_state(topic)),
        Fact(_("Proposed by"), Tile(topic.country or topic.lead.upper()[:6], topic.proposer)),
        Fact(_("Proposed"), topic.proposed_at),
        Fact(_("Led by"), _("this node") if queries.is_led_here(topic) else topic.lead),
        Fact(_("Themes"), ", ".join(topic.themes) or None),
        Fact(_("Made real by"), application_link(topic.application)),
        Fact(_("Strongest evidence"), GRADES[grade] if grade else None),
        Fact(_("Began with the words of"), handing.source_link(actor, topic.origin)),
    )
    return tuple(one for one in facts if one.value is not None)


def _untold(topic: Topic) -> Table | None:
    if not queries.is_led_here(topic):
        return None
    found = list(telling.untold(topic))
    lines = list(dict.fromkeys((one.partner, hindrance(one.hindrance)) for one in found))
    columns: tuple[Column[tuple[str, str]], ...] = (
        Column("partner", _("Partner"), lambda one: one[0]),
        Column("why", _("Why"), lambda one: one[1] or _("is on its way")),
    )
    return tabulate(columns, lines) if lines else None


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n") if part]


@require_GET
@authorised(VIEW)
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """A topic as a story: what was proposed, who joined, what was tried, what came of it."""
    topic = find(request, pk)
    story = queries.story_of(topic)
    is_in, is_open = story.is_member(exchange.me()), topic.stage != Stage.CLOSED
    takes_part = is_open and can(request.actor, TAKE_PART)
    leads = queries.may_lead(request.actor, topic)
    every = story.quorum
    next_gate = next((kind for kind, stage in BEFORE.items() if stage == topic.stage), "")
    waits = any(gate.is_open_to_sign for gate in story.gates)
    members = list(story.members.values())
    context = {
        "title": topic.title,
        "crumbs": way(),
        "topic": topic,
        "facts": _facts(story, request.actor),
        "proposal": _paragraphs(topic.text),
        "problem": _paragraphs(topic.problem),
        "members": tabulate(table_wording.MEMBERS, members) if members else None,
        "quorum_met": every.is_met,
        "wanting": every.wanting,
        "quorum": QUORUM,
        "evidence": table_wording.evidence(story),
        "gates": table_wording.gates(story),
        "fit": table_wording.fit_table(story),
        "tasks": table_wording.tasks(
            work.tasks(story.said), clock.now().date(), topic if takes_part else None
        ),
        "discussion": table_wording.discussion(story),
        "untold": _untold(topic),
        "results": [gate for gate in story.gates if gate.kind == "result" and gate.opened_at],
        "lesson": _paragraphs(topic.lesson),
        "may_join": takes_part and not is_in,
        "may_leave": takes_part and is_in,
        "may_add": takes_part and (is_in or queries.is_led_here(topic)),
        "may_lead": leads,
        "next_gate": next_gate if leads and not waits else "",
        "next_gate_name": GATES.get(next_gate, ""),
    }
    return render(request, "projects/topic.html", context)


@require_http_methods(["GET", "POST"])
@authorised(TAKE_PART)
def join(request: ActorRequest, pk: int) -> HttpResponse:
    """Join a topic for this country."""
    topic = find(request, pk)
    form = JoinForm(request.POST or None, organisations=request.actor.organisation_ids)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            joining.join(
                topic, form.holder, role=told["role"], resources=told["resources"], actor=request.actor.label
            )
            return redirect("projects:topic", pk)
        except BadInput as error:
            add_faults(form, error, "role")
    context = {
        "title": _("Join the topic"),
        "lead": _("Signed by this node. The lead shows it to the other countries of the topic."),
        "crumbs": way(topic),
        "form": form,
        "submit": _("Join"),
        "cancel_url": reverse("projects:topic", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(TAKE_PART)
def leave(request: ActorRequest, pk: int) -> HttpResponse:
    """Leave a topic."""
    topic = find(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.leave(topic, form.cleaned_data["reason"], actor=request.actor.label)
            return redirect("projects:topic", pk)
        except BadInput as error:
            add_faults(form, error, "reason")
    context = {
        "title": _("Leave the topic"),
        "lead": _("What this country said stays on record; its signatures at open gates count no more."),
        "crumbs": way(topic),
        "form": form,
        "submit": _("Leave"),
        "cancel_url": reverse("projects:topic", args=[pk]),
    }
    return render(request, "ui/form.html", context)


@require_GET
@authorised(VIEW)
def export(request: ActorRequest, pk: int) -> HttpResponse:
    """Everything about a topic in one file, for saving."""
    topic = find(request, pk)
    answer = HttpResponse(
        bundle.write(package_of(topic, get_language() or "en")), content_type="application/zip"
    )
    answer["Content-Disposition"] = f'attachment; filename="topic-{topic.reference[:12]}.zip"'
    return answer
