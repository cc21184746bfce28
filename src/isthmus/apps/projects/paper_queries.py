"""The story of a topic as a paper: what was proposed, who joined, what was tried, what came of it."""

from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from isthmus.apps.projects.queries import Story
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.rules.gates import Gate
from isthmus.apps.projects.wording import ASPECTS, FITS, GATES, GRADES, PARTS, ROLES, gate_state
from isthmus.ui.formats import country_name, day_text
from isthmus.ui.papers.paper import Paper, PaperTable, Section


def _name(country: str, node: str) -> str:
    return country_name(country) if country else node


def _joined(story: Story) -> Section:
    rows = tuple(
        (
            _name(one.country, one.node),
            one.organisation,
            str(ROLES.get(one.role, one.role)),
            one.resources,
            _("In") if one.left_at is None else _("Left"),
        )
        for one in story.members.values()
    )
    heads = (_("Country"), _("Organisation"), _("Role"), _("Brings"), _("State"))
    return _section(_("Who joined"), heads, rows, _("No country has joined yet."))


def _section(heading: str, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...], empty: str) -> Section:
    return Section(heading, (), (PaperTable(heads, rows),)) if rows else Section(heading, (empty,))


def _gate(gate: Gate) -> Section:
    told = [part for part in gate.terms.get("text", "").split("\n") if part]
    told += [f"{PARTS[name]}: {gate.terms[name]}" for name in PARTS if name != "text" and name in gate.terms]
    told.append(f"{_('Digest')}: {gate.digest}")
    rows = tuple(
        (
            _name(one.country, one.node),
            _("Signed") if one.signed else _("Refused"),
            day_text(one.at.date()),
            one.reason,
        )
        for one in gate.answers
    )
    heads = (_("Country"), _("Says"), _("When"), _("Reason"))
    heading = _("Gate: %(gate)s") % {"gate": f"{GATES[gate.kind]} ({gate_state(gate)})"}
    return Section(heading, tuple(told), (PaperTable(heads, rows),) if rows else ())


def _evidence(story: Story) -> Section:
    rows = tuple(
        (
            one.body["title"],
            str(GRADES[one.body["grade"]]),
            one.body["text"],
            one.body.get("source", ""),
            one.body.get("author") or one.node,
        )
        for one in work.of_kind(story.said, "evidence")
    )
    heads = (_("Evidence"), _("Grade"), _("What it shows"), _("Source"), _("Who"))
    return _section(_("Evidence"), heads, rows, _("There is none yet."))


def _fit(story: Story) -> Section:
    countries = [one.country for one in story.members.values() if one.left_at is None and one.country]
    table = work.fit_table(story.said, countries)
    rows = tuple(
        (
            country_name(country),
            *(_("Unknown") if said is None else str(FITS[said.body["fit"]][1]) for said in cells.values()),
        )
        for country, cells in table.items()
    )
    heads = (_("Country"), *(str(ASPECTS[one]) for one in work.ASPECTS))
    return _section(_("Fit of the countries"), heads, rows, _("Unknown"))


def _tasks(story: Story) -> Section:
    rows = tuple(
        (
            one.said.body["title"],
            day_text(one.due),
            one.said.body.get("who", ""),
            day_text(one.done_at.date()) if one.done_at else "",
        )
        for one in work.tasks(story.said)
    )
    heads = (_("Task"), _("Due"), _("In charge"), _("Done"))
    return _section(_("Tasks and milestones"), heads, rows, _("There is none yet."))


def _discussion(story: Story) -> Section:
    rows = tuple(
        (day_text(one.at.date()), one.body.get("author") or one.node, one.body["text"])
        for one in work.of_kind(story.said, "comment")
    )
    return _section(_("Discussion"), (_("When"), _("Who"), _("Comment")), rows, _("Nobody has written yet."))


def paper(story: Story) -> Paper:
    """The story in the reader's language; what people wrote stays in theirs."""
    topic = story.topic
    proposal = [part for part in f"{topic.text}\n{topic.problem}".split("\n") if part]
    results = [gate.terms["text"] for gate in story.gates if gate.kind == "result" and gate.opened_at]
    outcome = [part for text in (*results, topic.lesson) for part in text.split("\n") if part]
    return Paper(
        title=topic.title,
        subtitle=_("The story of a topic"),
        language=get_language() or "en",
        facts=(
            (_("Stage"), topic.get_stage_display()),
            (_("Proposed by"), topic.proposer or topic.lead),
            (_("Proposed"), day_text(topic.proposed_at.date())),
            (_("Led by"), topic.lead),
            (_("Topic"), topic.reference),
        ),
        sections=(
            Section(_("What is proposed"), tuple(proposal)),
            _joined(story),
            *(_gate(gate) for gate in story.gates),
            _evidence(story),
            _fit(story),
            _tasks(story),
            Section(_("What came of it"), tuple(outcome) or (_("Not known yet."),)),
            _discussion(story),
        ),
        sources_heading="",
        sources_text="",
        sources=(),
        is_rtl=get_language_bidi(),
    )
