"""Streams from the shell: how far they are, and the way back after this node or a partner lost something."""

import click

from isthmus.exchange.models import Direction, Held, Offer, Stream
from isthmus.exchange.services.recovery import epochs, offers
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who
from isthmus.trust.services import find_partner


@click.group()
def stream() -> None:
    """Streams with partners, and their recovery."""


def _row(row: Stream) -> dict[str, object]:
    outgoing = row.direction == Direction.OUT
    return {
        "stream": row.name,
        "state": row.state,
        "last": row.last_seq,
        "receipted": row.settled_seq if outgoing else None,
        "waiting": row.waiting if outgoing else None,
        "without_number": Held.objects.filter(record__stream=row).count() if outgoing else None,
        "problem": row.last_error,
    }


_COLUMNS = {
    "stream": "stream",
    "state": "state",
    "last": "last number",
    "receipted": "receipted",
    "waiting": "waiting",
    "without_number": "without a number",
    "problem": "what went wrong last",
}


@stream.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """Show every stream and where it stands."""
    rows = [_row(row) for row in Stream.objects.select_related("partner").order_by("name")]
    show_rows(rows, _COLUMNS, as_json=as_json, empty="There is no stream yet.")


@stream.command()
@click.argument("node_id", metavar="PARTNER")
@json_option
def recover(node_id: str, *, as_json: bool) -> None:
    """Ask a partner now how far it got, and take back what this node has lost."""
    from isthmus.exchange.delivery.recovery import recover as recover_from

    partner = find_partner(node_id)
    taken = recover_from(partner)
    rows = [_row(row) for row in Stream.objects.filter(partner=partner).order_by("name")]
    show_one({"partner": node_id, "records_taken_back": taken}, as_json=as_json)
    if not as_json:
        show_rows(rows, _COLUMNS, as_json=False, empty="")
    say("Both sides know now how far the streams are.")


@stream.command()
@click.argument("node_id", metavar="PARTNER")
@click.option("--reason", required=True, help="Why this node came back from an older state.")
@json_option
def epoch(node_id: str, reason: str, *, as_json: bool) -> None:
    """Begin a new epoch of a stream that has two histories; the partner's approver must accept it."""
    begun = epochs.begin_epoch(epochs.find_stream(node_id), reason, actor=who())
    show_one(_row(begun), as_json=as_json)
    say("It goes out by itself. Call the partner: an approver there accepts it with `isthmus stream accept`.")


@stream.command("requests")
@json_option
def requests(*, as_json: bool) -> None:
    """Show what partners ask for after they came back from an older state."""
    rows = [
        {
            "number": offer.pk,
            "partner": offer.partner.node_id,
            "asks_for": offer.kind,
            "state": offer.state,
            "arrived": offer.arrived_at,
            "reason_given": offer.body.get("reason", ""),
        }
        for offer in Offer.objects.select_related("partner")
    ]
    columns = {
        "number": "number",
        "partner": "partner",
        "asks_for": "asks for",
        "state": "state",
        "arrived": "arrived",
        "reason_given": "reason",
    }
    show_rows(rows, columns, as_json=as_json, empty="No partner asks for anything.")


def _decide(number: int, reason: str, *, accept: bool, as_json: bool) -> None:
    offer = offers.decide(offers.find(number), accept=accept, reason=reason, actor=who())
    show_one({"number": offer.pk, "asks_for": offer.kind, "state": offer.state}, as_json=as_json)


@stream.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="What the partner told you.")
@json_option
def accept(number: int, reason: str, *, as_json: bool) -> None:
    """Accept what a partner asks for; call it first."""
    _decide(number, reason, accept=True, as_json=as_json)


@stream.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why not.")
@json_option
def decline(number: int, reason: str, *, as_json: bool) -> None:
    """Decline what a partner asks for."""
    _decide(number, reason, accept=False, as_json=as_json)
