"""`isthmus workshops iati`: a programme as an IATI activity file, checked by a ruleset where one is given."""

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, show_one

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--programme", "code", required=True, help="Code of the programme, such as INT-10-K05.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--rules", type=_FILE, help="A ruleset of IATI (JSON) by which the file is checked.")
@json_option
def iati(code: str, out: Path, rules: Path | None, *, as_json: bool) -> None:
    """Write a programme as an IATI 2.03 activity: its budget, and what was spent and approved.

    Exit code 2 where the file breaks a rule of RULES; it is written all the same.
    """
    from isthmus.apps.workshops.iati import queries
    from isthmus.apps.workshops.iati.formats.activity import write_activity
    from isthmus.apps.workshops.iati.formats.rulesets import Outcome, check
    from isthmus.apps.workshops.programme.models import Programme
    from isthmus.kit import clock

    row = Programme.objects.select_related("organisation").filter(code=code).first()
    if row is None:
        raise NotFound("workshops.no-programme", _("There is no programme %(code)s.") % {"code": code})
    if not out.parent.is_dir():
        raise BadInput("workshops.out", _("There is no folder %(folder)s.") % {"folder": out.parent})
    told = queries.activity_of(row)
    content = write_activity(told)
    out.write_bytes(content)
    said: dict[str, object] = {
        "file": str(out),
        "bytes": len(content),
        "activity": told.identifier,
        "transactions": len(told.spendings),
        "not_approved": queries.waiting_of(row),
    }
    broken: list[str] = []
    if rules is not None:
        try:
            verdicts = check(content, json.loads(rules.read_bytes()), now=clock.now())
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise BadInput("workshops.ruleset", _("This file is no ruleset of IATI.")) from error
        for outcome in Outcome:
            said[outcome.value.replace(" ", "_")] = sum(one.outcome is outcome for one in verdicts)
        broken = [f"{one.name}: {one.message}" for one in verdicts if one.outcome is Outcome.FAILS]
        said["broken"] = broken
    show_one(said, as_json=as_json)
    for one in broken:
        say(one)
    if broken:
        raise SystemExit(BadInput.exit_code)
