"""`isthmus workshops pgtf check`: the fund's rules before a proposal is sent."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, show_rows


@click.group()
def pgtf() -> None:
    """The Perez-Guerrero Trust Fund."""


@pgtf.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--programme", "code", default="", help="A programme of this node instead of a file.")
@click.option("--year", type=int, help="Year of the call; that of the programme where it is not given.")
@json_option
def check(file: Path | None, code: str, year: int | None, *, as_json: bool) -> None:
    """Check a proposal, a TOML FILE or a programme of this node, by the rules of the fund.

    Exit code 2 where a rule is broken; what is not known is said and breaks none.
    """
    from isthmus.apps.workshops.funding import queries
    from isthmus.apps.workshops.funding.formats.proposal import ceilings, params, read_proposal
    from isthmus.apps.workshops.funding.rules import pgtf as rules
    from isthmus.apps.workshops.funding.wording import finding_words
    from isthmus.apps.workshops.programme.models import Programme

    if (file is None) == (not code):
        raise BadInput("workshops.proposal", _("Give a file, or a programme by --programme."))
    if file is not None:
        proposal = read_proposal(file.read_bytes(), file.name)
    else:
        row = Programme.objects.select_related("organisation").filter(code=code).first()
        if row is None:
            raise NotFound("workshops.no-programme", _("There is no programme %(code)s.") % {"code": code})
        proposal = queries.proposal_of(row, year=year)
    found = rules.check(proposal, ceilings(), params()["least_countries"])
    rows = [
        {"rule": one.rule.value, "outcome": one.outcome.value, "told": finding_words(one)} for one in found
    ]
    columns = {"rule": _("RULE"), "outcome": _("OUTCOME"), "told": _("TOLD")}
    show_rows(rows, columns, as_json=as_json, empty="")
    if any(one.outcome is rules.Outcome.FAILS for one in found):
        raise SystemExit(BadInput.exit_code)
