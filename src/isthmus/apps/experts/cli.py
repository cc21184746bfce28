"""Experts from the shell: who is listed, who answers a need, and a card for an address book."""

from datetime import date, datetime
from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, show_rows, who, write_json

_DAY = click.DateTime(["%Y-%m-%d"])
_LEVELS = click.Choice(["A1", "A2", "B1", "B2", "C1", "C2"])


@click.group()
def experts() -> None:
    """Experts: list them, find one by need, export a card."""


@experts.command("list")
@json_option
def list_experts(*, as_json: bool) -> None:
    """List everybody who consented to be listed at this node."""
    from isthmus.apps.experts import queries

    rows = [
        {
            "key": row.key,
            "name": row.name,
            "headline": row.headline,
            "country": row.country,
            "languages": " ".join(f"{one['code']}:{one['level']}" for one in row.languages),
            "verified": row.level,
        }
        for row in queries.listed().order_by("name", "pk")
    ]
    heads = {"key": _("key"), "name": _("name"), "headline": _("what"), "country": _("country")}
    heads |= {"languages": _("languages"), "verified": _("verified")}
    show_rows(rows, heads, as_json=as_json, empty=_("Nobody is listed here yet."))


def _on(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


@experts.command()
@click.argument("words", nargs=-1)
@click.option("--language", "languages", multiple=True, help="A code, such as ro; all are demanded.")
@click.option("--level", default="B1", show_default=True, type=_LEVELS, help="At least, in each language.")
@click.option("--weeks", default=0, type=click.IntRange(0, 104), help="For how many weeks.")
@click.option("--from", "since", type=_DAY, help="First day of the period.")
@click.option("--until", type=_DAY, help="Last day of the period.")
@click.option("--isco", default="", help="A code of ISCO-08; near ones add points.")
@click.option("--explain", is_flag=True, help="Say what each item adds to the score.")
@json_option
def find(
    words: tuple[str, ...],
    languages: tuple[str, ...],
    level: str,
    weeks: int,
    since: datetime | None,
    until: datetime | None,
    isco: str,
    *,
    explain: bool,
    as_json: bool,
) -> None:
    """Find experts by need, the best first: `isthmus experts find excise stamps --language ro`."""
    from isthmus.apps.experts import finding_queries as finding
    from isthmus.apps.experts import wording
    from isthmus.apps.experts.rules import skills
    from isthmus.apps.experts.rules.matching import Need

    if since is not None and until is not None and until < since:
        raise BadInput("experts.need", _("The last day lies before the first."))
    try:
        code = skills.isco(isco) if isco else ""
    except ValueError as error:
        raise BadInput("experts.isco", f"--isco: {error}.") from error
    need = Need(tuple(languages), level, weeks, _on(since), _on(until), code)
    found = finding.find(None, " ".join(words), need)
    rows: list[dict[str, object]] = [
        {
            "place": place,
            "key": one.expert.key,
            "name": one.expert.name,
            "score_millionths": one.score,
            "items": [{"reason": said, "points_millionths": points} for said, points in wording.worded(one)],
        }
        for place, one in enumerate(found, start=1)
    ]
    if as_json:
        write_json(rows if explain else [{**row, "items": None} for row in rows])
        return
    heads = {"place": _("place"), "name": _("name"), "score_millionths": _("millionths"), "key": _("key")}
    show_rows(rows, heads, as_json=False, empty=_("Nobody answers this need."))
    if explain:
        for place, one in enumerate(found, start=1):
            said = " + ".join(f"{reason} {points}" for reason, points in wording.worded(one))
            click.echo(f"{place}: {one.score} = {said}")


@experts.command("export-vcard")
@click.argument("key")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The new file.")
def export_vcard(key: str, out: Path) -> None:
    """Write an expert as a vCard; contact details only of people of this node who consent to it here."""
    from isthmus.accounts import audit
    from isthmus.apps.experts import queries
    from isthmus.apps.experts.card_queries import card_of
    from isthmus.apps.experts.formats import vcard
    from isthmus.apps.experts.models import Purpose
    from isthmus.exchange import queries as exchange

    row = queries.listed().select_related("organisation").filter(key=key).first()
    if row is None:
        message = _("Nobody of this key is listed here.")
        raise NotFound("experts.no-expert", message, next_step=_("See `isthmus experts list`."))
    allowed = row.node == exchange.me() and Purpose.CONTACTED in queries.purposes_at(row, row.node)
    if out.exists():
        raise BadInput("experts.file-there", _("The file %(name)s is there already.") % {"name": out.name})
    out.write_bytes(vcard.write(card_of(row, with_contact=allowed)))
    if allowed and row.contact:
        audit.note("experts.contact-read", actor=who(), subject=row.reference)
    say(_("Written to %(name)s.") % {"name": str(out)})
