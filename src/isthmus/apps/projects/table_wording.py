"""The tables of a topic's story."""

from collections.abc import Callable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.rules.gates import Gate
from isthmus.apps.projects.rules.members import Member
from isthmus.apps.projects.rules.said import Said
from isthmus.apps.projects.rules.work import Task
from isthmus.apps.projects.wording import ASPECTS, FITS, GATES, GRADES, ROLES, gate_state, task_state
from isthmus.ui.components import Link, State, Tile
from isthmus.ui.table import Column, Table, tabulate


def _place(member: Member) -> Tile:
    return Tile(member.country or member.node.upper()[:6], member.organisation)


MEMBERS: tuple[Column[Member], ...] = (
    Column("country", gettext_lazy("Country"), _place),
    Column("role", gettext_lazy("Role"), lambda one: ROLES.get(one.role, one.role)),
    Column("resources", gettext_lazy("Brings"), lambda one: one.resources or None),
    Column("joined", gettext_lazy("Joined"), "joined_at", "date"),
    Column(
        "state",
        gettext_lazy("State"),
        lambda one: State("ok", _("In")) if one.left_at is None else State("off", _("Left")),
        "state",
    ),
)


def files_of(topic: Topic, said: Said) -> tuple[Link, ...] | None:
    """The files of a contribution, as links."""
    return (
        tuple(
            Link(one["name"], reverse("projects:file", args=[topic.pk, one["sha256"]]))
            for one in said.body.get("files", ())
        )
        or None
    )


def _record(story: Story) -> Callable[[Said], object]:
    def record(said: Said) -> object:
        row = story.row_of(said)
        if not row.leaf:
            return None
        return Link(_("Record"), reverse("exchange:record", args=[row.leaf]))

    return record


def _tile(country: str) -> Tile:
    return Tile(country)


def evidence(story: Story) -> Table | None:
    """Evidence, the strongest first."""
    found = work.of_kind(story.said, "evidence")
    found.sort(key=lambda one: -work.GRADES.index(one.body["grade"]))
    columns: tuple[Column[Said], ...] = (
        Column("title", _("Evidence"), lambda one: one.body["title"]),
        Column("grade", _("Grade"), lambda one: GRADES[one.body["grade"]]),
        Column("text", _("What it shows"), lambda one: one.body["text"]),
        Column("source", _("Source"), lambda one: one.body.get("source")),
        Column("files", _("Files"), lambda one: files_of(story.topic, one)),
        Column("who", _("Who"), lambda one: one.body.get("author") or one.node),
        Column("record", _("Record"), _record(story)),
    )
    return tabulate(columns, found) if found else None


def gates(story: Story) -> Table | None:
    """The gates, in their order."""

    def url(one: Gate) -> str:
        return reverse("projects:gate", args=[story.topic.pk, one.reference])

    columns: tuple[Column[Gate], ...] = (
        Column("kind", _("Gate"), lambda one: GATES[one.kind], "link", url=url),
        Column("state", _("State"), gate_state, "state"),
        Column("signed", _("Countries that signed"), lambda one: len(story.count(one).counted), "number"),
        Column("put", _("Put"), "put_at", "date"),
        Column("opened", _("Opened"), "opened_at", "date"),
    )
    return tabulate(columns, story.gates) if story.gates else None


def tasks(found: list[Task], today: date, topic: Topic | None) -> Table | None:
    """Tasks and milestones by their due day; with ``topic``, those that are open can be ticked off."""

    def done(one: Task) -> object:
        if topic is None or one.done_at is not None:
            return one.done_at
        return Link(_("It is done"), reverse("projects:done", args=[topic.pk, one.said.body["contribution"]]))

    columns: tuple[Column[Task], ...] = (
        Column("title", _("Task"), lambda one: one.said.body["title"]),
        Column("kind", _("Kind"), lambda one: kind_of(one.said)),
        Column("due", _("Due"), "due", "date"),
        Column("who", _("In charge"), lambda one: one.said.body.get("who")),
        Column("state", _("State"), lambda one: task_state(one.state_on(today)), "state"),
        Column("done", _("Done"), done),
    )
    return tabulate(columns, found) if found else None


def kind_of(said: Said) -> str:
    """Task or milestone."""
    return _("Milestone") if said.body["kind"] == "milestone" else _("Task")


def fit_table(story: Story) -> Table | None:
    """Countries by aspects; a cell that nobody filled is unknown."""
    countries = [one.country for one in story.members.values() if one.left_at is None and one.country]
    table = work.fit_table(story.said, countries)
    if not table:
        return None

    def cell(aspect: str) -> Callable[[str], object]:
        def shown(country: str) -> object:
            said = table[country][aspect]
            return State("off", _("Unknown")) if said is None else State(*FITS[said.body["fit"]])

        return shown

    columns: list[Column[str]] = [Column("country", _("Country"), _tile)]
    columns += [Column(one, ASPECTS[one], cell(one), "state") for one in work.ASPECTS]
    return tabulate(columns, list(table), _("Fit of the countries"))


def fit_sources(story: Story) -> Table | None:
    """Every cell with its source, the latest first."""
    found = work.of_kind(story.said, "fit")[::-1]
    columns: tuple[Column[Said], ...] = (
        Column("country", _("Country"), lambda one: Tile(one.body["country"])),
        Column("aspect", _("Aspect"), lambda one: ASPECTS[one.body["aspect"]]),
        Column("fit", _("Fit"), lambda one: State(*FITS[one.body["fit"]]), "state"),
        Column("text", _("In words"), lambda one: one.body.get("text")),
        Column("source", _("Source"), lambda one: one.body["source"]),
        Column("who", _("Who"), lambda one: one.body.get("author") or one.node),
        Column("at", _("When"), "at", "date"),
    )
    return tabulate(columns, found) if found else None


def discussion(story: Story) -> Table | None:
    """Comments, in their order."""
    found = work.of_kind(story.said, "comment")
    columns: tuple[Column[Said], ...] = (
        Column("at", _("When"), "at", "date"),
        Column("who", _("Who"), lambda one: one.body.get("author") or one.node),
        Column("text", _("Comment"), lambda one: one.body["text"]),
        Column("files", _("Files"), lambda one: files_of(story.topic, one)),
    )
    return tabulate(columns, found) if found else None
