"""`isthmus excise assessment`: counters, the questionnaire, the paper of an assessment, the introduction."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.apps.excise.assessment import queries
from isthmus.apps.excise.assessment.formats import params
from isthmus.apps.excise.assessment.models import Assessment
from isthmus.apps.excise.assessment.rules.questionnaire import machine_score
from isthmus.apps.excise.assessment.services import assessing, introducing, signing
from isthmus.apps.excise.assessment.wording.clauses import levels, question
from isthmus.apps.excise.assessment.wording.counters import name_of
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who
from isthmus.ui.papers import files as papers
from isthmus.ui.papers.paper import Paper

_Command = TypeVar("_Command", bound=Callable[..., None])


def _file_options(command: _Command) -> _Command:
    """The file that a paper is written to, and whether it is signed."""
    unsigned = click.option("--unsigned", is_flag=True, help="Write no signature beside the file.")
    out = click.option(
        "--out",
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="A .pdf or .docx file.",
    )
    return out(unsigned(json_option(command)))


def _kind_of(out: Path) -> str:
    kind = out.suffix.lower().removeprefix(".")
    if kind not in papers.KINDS:
        raise BadInput(
            "excise.assessment-kind",
            _("%(file)s is neither .pdf nor .docx.") % {"file": out.name},
            next_step=_("Name the file with one of the two endings."),
        )
    if not out.parent.is_dir():
        raise BadInput("excise.assessment-out", _("There is no folder %(folder)s.") % {"folder": out.parent})
    return kind


def _write(
    made: Paper, out: Path, event: str, facts: dict[str, object], *, unsigned: bool, as_json: bool
) -> None:
    """Write the file and its signature, both or neither, and say what was written."""
    kind = _kind_of(out)
    content = papers.made(made, kind)
    signature = out.with_name(out.name + ".sig")
    with transaction.atomic():
        token = (
            "" if unsigned else signing.signed(content, name=out.name, kind=kind, event=event, actor=who())
        )
        out.write_bytes(content)
        if token:
            signature.write_text(token + "\n", encoding="ascii")
    if not as_json and token:
        say(_("Check it with `isthmus verify FILE --named-by FILE.sig --card CARD`."))
    told = {"file": str(out), "bytes": len(content), **facts, "sources": len(made.sources)}
    show_one({**told, "signature": str(signature) if token else None}, as_json=as_json)


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
@click.argument("number")
@click.option("--language", type=click.Choice(params.ASSESSMENT_LANGUAGES), default="en", show_default=True)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="What was stated by that day; all without it.",
)
@_file_options
def paper(
    number: str, out: Path, language: str, on: datetime | None, *, unsigned: bool, as_json: bool
) -> None:
    """Write the paper of assessment NUMBER, and its signature by this node to FILE.sig.

    The same records give the same bytes, on both nodes.
    """
    _kind_of(out)
    row = Assessment.objects.filter(number=number).first()
    if row is None:
        raise NotFound(
            "excise.no-assessment",
            _("There is no assessment %(number)s.") % {"number": number},
            next_step=_("The page Assessments lists them."),
        )
    made = assessing.paper_of(row, language=language, day=on.date() if on is not None else None)
    facts: dict[str, object] = {"assessment": row.number}
    _write(made, out, queries.ASSESSMENT_SIGNED, facts, unsigned=unsigned, as_json=as_json)


@assessment.command()
@click.option("--from", "giver", required=True, help="Country that has the system, by its ISO code.")
@click.option("--to", "taker", required=True, help="Country that wants it, by its ISO code.")
@click.option("--language", type=click.Choice(params.LANGUAGES), default="en", show_default=True)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of the figures; today without it."
)
@click.option(
    "--costs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A cost sheet of your own (TOML).",
)
@_file_options
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
    _kind_of(out)
    day = on.date() if on is not None else clock.now().date()
    made = introducing.introduction(giver, taker, day=day, language=language, costs=costs)
    _write(made, out, queries.INTRODUCTION_SIGNED, {"day": day}, unsigned=unsigned, as_json=as_json)
