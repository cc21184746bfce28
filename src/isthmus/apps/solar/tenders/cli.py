"""`isthmus solar tender` of the asker: requests, rates, the decision, deliveries and faults."""

from dataclasses import fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from isthmus.apps.solar.tenders.finding_cli import (
    FILE,
    decision_about,
    members_of,
    organisation_of,
    own_tender,
)
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json, write_table

if TYPE_CHECKING:
    from datetime import datetime

    from isthmus.apps.solar.tenders.models import Tender

_DAY = click.DateTime(["%Y-%m-%d"])
_REASON = click.option("--reason", required=True, help="The makers are told.")


@click.group()
def tender() -> None:
    """Sealed quotes from makers abroad: ask, compare, decide, test deliveries, tell of faults."""


@tender.command("list")
@json_option
def list_tenders(*, as_json: bool) -> None:
    """List the requests of this node, the newest first."""
    from isthmus.apps.solar.tenders.models import Tender
    from isthmus.apps.solar.tenders.told_queries import glance

    rows = [
        glance(row)
        for row in Tender.objects.filter(way=Tender.Way.OUT).select_related("organisation").order_by("-pk")
    ]
    heads = {
        "number": _("number"),
        "title": _("title"),
        "closes": _("seals until"),
        "opens_until": _("opening until"),
        "decided_at": _("decided"),
    }
    show_rows(rows, heads, as_json=as_json, empty=_("No quotes were asked for yet."))


def _shown(row: "Tender", *, as_json: bool) -> None:
    from isthmus.apps.solar.tenders import queries, told_queries
    from isthmus.apps.solar.tenders.wording import PHASES, STANDINGS, lack_words

    if as_json:
        write_json(told_queries.whole(row))
        return
    seen = queries.quotes_of(row)
    phase = queries.phase_of(row, seen)
    show_one({**told_queries.glance(row), "phase": str(PHASES[phase][1])}, as_json=False)
    compared = {(one.seen.partner, one.seen.quote): one for one in queries.compared(row, seen)}
    lines = []
    for one in seen:
        found = compared.get((one.partner, one.quote))
        cost = found.cost.total if found is not None and found.cost is not None else None
        lacks = "; ".join(lack_words(lack) for lack in found.lacks) if found is not None else ""
        says = one.decision.get_says_display() if one.decision is not None else ""
        name = f"{one.partner}/{one.quote}"
        lines.append((name, one.maker, str(STANDINGS[one.standing][1]), cost, lacks, str(says)))
    if lines:
        landed = _("landed, %(currency)s") % {"currency": row.currency}
        click.echo("")
        write_table([_("quote"), _("maker"), _("state"), landed, _("lacks"), _("decision")], lines)


@tender.command()
@click.argument("number")
@json_option
def show(number: str, *, as_json: bool) -> None:
    """Show the tender NUMBER: how far it is, every quote as it stands, the open ones with their cost."""
    _shown(own_tender(number), as_json=as_json)


@tender.command()
@click.argument("file", type=FILE)
@click.option("--to", multiple=True, required=True, help="Node of a partner whose makers are asked; repeat.")
@click.option("--organisation", help="Code of the organisation that asks; needed where there are several.")
@click.option("--lots", "plan", type=FILE, help="The lots of a plan, as `plan --lots` wrote them.")
@json_option
def ask(
    file: Path, to: tuple[str, ...], organisation: str | None, plan: Path | None, *, as_json: bool
) -> None:
    """Send the request in FILE to makers abroad; it is signed and does not change afterwards.

    FILE is JSON: title, closes and opens_until (moments in UTC), currency, lots (each with lot, name, kind,
    count, wp, battery_wh, battery, place; or none with --lots), and where they differ from what is usual
    incoterm, warranty_months, take_back, documents.
    """
    from isthmus.apps.solar.tenders.services import asking

    told = members_of(file, frozenset(field.name for field in fields(asking.Asked)))
    if plan is not None:
        from isthmus.apps.solar.planning.analytics.lots import lots_of_plan

        if "lots" in told:
            raise BadInput("solar.file", _("Give the lots in %(file)s or by --lots.") % {"file": file.name})
        told["lots"] = lots_of_plan(plan)
    missing = [name for name in ("title", "closes", "opens_until", "currency", "lots") if name not in told]
    if missing:
        raise BadInput(
            "solar.file",
            _("%(file)s says nothing of: %(members)s.") % {"file": file.name, "members": ", ".join(missing)},
        )
    for name in ("closes", "opens_until"):
        try:
            told[name] = clock.from_text(str(told[name]))
        except ValueError as error:
            raise BadInput("solar.file", f"{file.name}: {name}: {error}") from error
    lots = told["lots"]
    if not isinstance(lots, list) or not all(isinstance(lot, dict) for lot in lots):
        raise BadInput("solar.file", _("The lots in %(file)s are a list of objects.") % {"file": file.name})
    row = asking.ask(asking.Asked(**told), organisation=organisation_of(organisation), to=to, actor=who())
    _shown(own_tender(row.number), as_json=as_json)


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found < 10**10:
        raise BadInput("solar.tender-rate", _("%(text)s is no rate.") % {"text": text})
    return found


@tender.command()
@click.argument("number")
@click.option("--kind", type=click.Choice(["exchange", "duty", "tax"]), required=True)
@click.option("--code", default="", help="Currency of the quotes, for a rate of exchange: CNY.")
@click.option("--value", required=True, help="Units of the tender's currency for one of it, or percent.")
@click.option("--on", "day", type=_DAY, required=True, help="The day of the rate.")
@click.option("--source", required=True, help="Who states it.")
@json_option
def rate(
    number: str, kind: str, code: str, value: str, day: "datetime", source: str, *, as_json: bool
) -> None:
    """State a rate by which the quotes of NUMBER are compared; one that stands is replaced."""
    from isthmus.apps.solar.tenders.services import asking
    from isthmus.apps.solar.tenders.told_queries import rate as told

    row = asking.state_rate(
        own_tender(number), kind, code.upper(), _number(value), on=day.date(), source=source, actor=who()
    )
    show_one(told(row), as_json=as_json)


@tender.command()
@click.argument("number")
@_REASON
@json_option
def withdraw(number: str, reason: str, *, as_json: bool) -> None:
    """Withdraw the tender NUMBER before it is decided."""
    from isthmus.apps.solar.tenders.services import asking

    asking.withdraw(own_tender(number), reason, actor=who())
    _shown(own_tender(number), as_json=as_json)


@tender.command()
@click.argument("number")
@click.option("--lot", "lots", multiple=True, help="A lot and the quote that gets it: 1=cn/0123abcd; repeat.")
@_REASON
@json_option
def award(number: str, lots: tuple[str, ...], reason: str, *, as_json: bool) -> None:
    """Decide the tender NUMBER and tell every maker; lots that are not named go to nobody.

    A quote is named by its node and the beginning of its name. The decision cannot be taken back.
    """
    from isthmus.apps.solar.tenders import queries
    from isthmus.apps.solar.tenders.services import awarding

    row = own_tender(number)
    known = [(one.partner, one.quote) for one in queries.quotes_of(row)]
    given: dict[int, tuple[str, str]] = {}
    for text in lots:
        lot, _equals, quote = text.partition("=")
        partner, _slash, name = quote.partition("/")
        found = [key for key in known if key[0] == partner and name and key[1].startswith(name)]
        if not (lot.isascii() and lot.isdigit()) or len(found) != 1 or int(lot) in given:
            raise BadInput(
                "solar.award",
                _("“%(text)s” names no lot with the one quote that gets it.") % {"text": text},
                next_step=_("Write for example 1=cn/0123abcd; `isthmus solar tender show` lists the quotes."),
            )
        given[int(lot)] = found[0]
    awarding.award(row, given, reason=reason, actor=who())
    _shown(own_tender(number), as_json=as_json)


@tender.command()
@click.argument("number")
@click.argument("quote")
@click.option("--lot", type=int, required=True)
@click.option("--counted", type=int, required=True, help="Systems that came.")
@click.option("--tested", type=int, required=True, help="Of them tested.")
@click.option("--failed", type=int, required=True, help="Of these failed.")
@click.option(
    "--held", multiple=True, help="A check that held: count, labels, charge, run, polarity; repeat."
)
@click.option("--refused", is_flag=True, help="The delivery is not accepted.")
@click.option("--reason", default="", help="Why it is refused, or a remark.")
@json_option
def accept(
    number: str,
    quote: str,
    lot: int,
    counted: int,
    tested: int,
    failed: int,
    held: tuple[str, ...],
    reason: str,
    *,
    refused: bool,
    as_json: bool,
) -> None:
    """Note the test of a delivery under QUOTE of tender NUMBER, and tell the maker the result."""
    from isthmus.apps.solar.tenders.forms import CHECKS
    from isthmus.apps.solar.tenders.services import serving
    from isthmus.apps.solar.tenders.told_queries import accepted

    if unknown := sorted(set(held) - set(CHECKS)):
        raise BadInput(
            "solar.acceptance",
            _("There is no check %(name)s.") % {"name": unknown[0]},
            next_step=_("There are: %(members)s.") % {"members": ", ".join(CHECKS)},
        )
    row = serving.accept(
        decision_about(own_tender(number), quote),
        lot=lot,
        counted=counted,
        tested=tested,
        failed=failed,
        checks={name: name in held for name in CHECKS},
        accepted=not refused,
        reason=reason,
        actor=who(),
    )
    show_one(accepted(row), as_json=as_json)


@tender.command()
@click.argument("number")
@click.argument("quote")
@click.option("--lot", type=int, required=True)
@click.option("--part", required=True, help="panel, battery, controller, lamp, wiring or other.")
@click.option("--count", type=int, required=True, help="How many systems.")
@click.option("--text", required=True, help="What is the matter.")
@json_option
def fault(number: str, quote: str, lot: int, part: str, count: int, text: str, *, as_json: bool) -> None:
    """Tell the maker of QUOTE of tender NUMBER of a fault under warranty."""
    from isthmus.apps.solar.tenders.services import serving
    from isthmus.apps.solar.tenders.told_queries import ticket

    found = decision_about(own_tender(number), quote)
    row = serving.open_ticket(found, lot=lot, part=part, count=count, text=text, actor=who())
    show_one(ticket(row), as_json=as_json)
    say(
        _("The maker's answer is shown by `isthmus solar tender show %(number)s --json`.")
        % {"number": number}
    )


@tender.command("say")
@click.argument("reference")
@click.argument("says", type=click.Choice(["repair", "replace", "reject", "closed"]))
@click.option("--text", required=True, help="In words.")
@json_option
def say_of(reference: str, says: str, text: str, *, as_json: bool) -> None:
    """Answer the fault REFERENCE as its maker (repair, replace, reject), or close it as its asker."""
    from isthmus.apps.solar.tenders.models import WarrantyTicket
    from isthmus.apps.solar.tenders.services import serving
    from isthmus.apps.solar.tenders.told_queries import ticket

    found = list(WarrantyTicket.objects.filter(reference__startswith=reference)[:2])
    if len(found) != 1:
        raise NotFound("solar.no-ticket", _("There is no one fault %(name)s.") % {"name": reference})
    serving.say(found[0], says, text, actor=who())
    show_one(ticket(found[0]), as_json=as_json)
