"""`isthmus excise assessment`: counters, the questionnaire, and the introduction document."""

from datetime import datetime
from pathlib import Path

import click
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import papers, params
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score
from isthmus.apps.excise.assessment.services import introducing
from isthmus.apps.excise.assessment.wording.clauses import levels, question
from isthmus.apps.excise.assessment.wording.counters import name_of
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who


@click.group()
def assessment() -> None:
    """Compare two countries' excise, and introduce one's to the other."""


@assessment.command()
@json_option
def counters(*, as_json: bool) -> None:
    """Show the live counters of this node, each with its source."""
    rows: list[dict[str, object]] = [
        {
            "name": one.name,
            "title": name_of(one.name),
            "value": one.value,
            "unit": one.unit,
            "source": one.source,
        }
        for one in queries.counters(clock.now()).all
    ]
    shown = {"title": "counter", "value": "figure", "unit": "unit", "source": "source"}
    show_rows(rows, shown, as_json=as_json, empty=_("There is no counter."))


@assessment.command()
@json_option
def questions(*, as_json: bool) -> None:
    """Show the questionnaire, with the score that live counters give each clause."""
    figures = queries.counters(clock.now())
    rows: list[dict[str, object]] = [
        {
            "clause": one.id,
            "question": question(one),
            "levels": levels(one),
            "counter": one.measure.counter if one.measure else None,
            "score": machine_score(one.measure, figures) if one.measure else None,
        }
        for one in params.questionnaire().clauses
    ]
    shown = {"clause": "clause", "question": "question", "counter": "counter", "score": "score"}
    show_rows(rows, shown, as_json=as_json, empty=_("There is no clause."))


@assessment.command()
@click.option("--from", "giver", required=True, help="Country that has the system, by its ISO code.")
@click.option("--to", "taker", required=True, help="Country that wants it, by its ISO code.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A .pdf or .docx file."
)
@click.option("--language", type=click.Choice(params.LANGUAGES), default="en", show_default=True)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of the figures; today without it."
)
@click.option(
    "--costs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A cost sheet of your own (TOML).",
)
@click.option("--unsigned", is_flag=True, help="Write no signature beside the file.")
@json_option
def introduce(
    giver: str,
    taker: str,
    out: Path,
    language: str,
    on: datetime | None,
    costs: Path | None,
    *,
    unsigned: bool,
    as_json: bool,
) -> None:
    """Write the introduction document, and its signature by this node to FILE.sig.

    The same data and day give the same bytes.
    """
    kind = out.suffix.lower().removeprefix(".")
    if kind not in papers.KINDS:
        raise BadInput(
            "excise.assessment-kind",
            _("%(file)s is neither .pdf nor .docx.") % {"file": out.name},
            next_step=_("Name the file with one of the two endings."),
        )
    if not out.parent.is_dir():
        raise BadInput("excise.assessment-out", _("There is no folder %(folder)s.") % {"folder": out.parent})
    day = on.date() if on is not None else clock.now().date()
    made = introducing.introduction(giver, taker, day=day, language=language, costs=costs)
    content = papers.made(made, kind)
    signature = out.with_name(out.name + ".sig")
    with transaction.atomic():
        token = "" if unsigned else introducing.signed(content, name=out.name, kind=kind, actor=who())
        out.write_bytes(content)
        if token:
            signature.write_text(token + "\n", encoding="ascii")
    facts = {
        "file": str(out),
        "bytes": len(content),
        "day": day,
        "sources": len(made.sources),
        "signature": str(signature) if token else None,
    }
    if not as_json and token:
        say(_("Check it with `isthmus verify FILE --named-by FILE.sig --card CARD`."))
    show_one(facts, as_json=as_json)
