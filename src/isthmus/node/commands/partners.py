"""This node's card, and the partners: first contact, ceremony, suspension."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import front, queries, registry
from isthmus.exchange.delivery.client import fetch_card
from isthmus.exchange.models import Stream
from isthmus.exchange.services.keys import revoke_partner_key
from isthmus.exchange.services.streams import resume_exchange
from isthmus.kit.errors import BadInput
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who
from isthmus.node.commands.keys import NAMES_A_KEY, moment_of
from isthmus.trust import services
from isthmus.trust.models import Partner
from isthmus.wire.card import fingerprint_words, read_card

LONGEST_CARD = 100_000
_NODE = click.argument("node_id", metavar="ID")
_REASON = click.option("--reason", required=True, help="Why, for the audit trail.")


@click.command()
@click.option("--words", is_flag=True, help="Print the twelve words of the fingerprint instead.")
@json_option
def card(*, words: bool, as_json: bool) -> None:
    """Print this node's card for a partner; the words are read out to its people."""
    token = services.own_card(registry.offered_types())
    own_words = front.own_words()
    if as_json:
        show_one({"node": queries.me(), "card": token, "words": own_words}, as_json=True)
        return
    click.echo(own_words if words else token)
    if not words:
        say(f"Words of this card: {own_words}")


@click.group()
def partner() -> None:
    """Other nodes that this node knows."""


def _read_file(path: Path) -> str:
    if path.stat().st_size > LONGEST_CARD:
        raise BadInput("trust.card-file", _("%(path)s is too large to be a card.") % {"path": path})
    try:
        return path.read_text(encoding="ascii")
    except UnicodeDecodeError as error:
        raise BadInput("trust.card-file", _("%(path)s is not a card.") % {"path": path}) from error


def _card_from(source: str) -> str:
    if source.startswith(("http://", "https://")):
        return fetch_card(source)
    path = Path(source)
    if not path.is_file():
        raise BadInput(
            "trust.card-file",
            _("There is no file %(path)s.") % {"path": source},
            next_step=_(
                "Give the partner's address, such as https://node.example.org, or its card as a file."
            ),
        )
    return _read_file(path)


def _as_row(row: Partner) -> dict[str, object]:
    return {
        "id": row.node_id,
        "name": row.name,
        "country": row.country,
        "address": row.url,
        "reachable": row.reachable,
        "state": row.state,
        "confirmed": row.confirmed_at,
    }


@partner.command()
@click.argument("source", metavar="FILE|URL")
@json_option
def add(source: str, *, as_json: bool) -> None:
    """Keep a partner's card, from a file or fetched from its address; nothing crosses before the ceremony."""
    row = services.introduce(_card_from(source), actor=who())
    show_one(_as_row(row), as_json=as_json)
    if row.confirmed_at is None:
        say(
            f"Next: hear the twelve words from {row.name} itself,"
            f" then `isthmus partner confirm {row.node_id}`."
        )


@partner.command()
@_NODE
@click.option("--words", help="The twelve words that the partner's people read out; asked for where absent.")
@json_option
def confirm(node_id: str, words: str | None, *, as_json: bool) -> None:
    """Trust a partner: type the words that its people read out, over a line you trust."""
    row = services.find_partner(node_id)
    typed = words or click.prompt(f"The twelve words of {row.name}", err=True)
    with audit.lasting():
        row = services.confirm(row, typed, actor=who())
    show_one(_as_row(row), as_json=as_json)
    say(f"{row.name} is a partner now. The other side confirms this node in the same way.")


@partner.command("list")
@json_option
def list_partners(*, as_json: bool) -> None:
    """List the partners and how far each is trusted."""
    rows = [_as_row(row) for row in Partner.objects.all()]
    columns = {"id": "id", "name": "name", "state": "state", "address": "address", "confirmed": "confirmed"}
    show_rows(rows, columns, as_json=as_json, empty="No partner yet. Add a card with `isthmus partner add`.")


def _stream_row(stream: Stream) -> dict[str, object]:
    return {
        "stream": stream.name,
        "direction": stream.direction,
        "state": stream.state,
        "last_number": stream.last_seq,
        "waiting": stream.waiting if stream.direction == "out" else None,
        "last_contact": stream.last_contact_at,
        "next_attempt": stream.next_attempt_at,
        "last_error": stream.last_error,
    }


@partner.command()
@_NODE
@json_option
def show(node_id: str, *, as_json: bool) -> None:
    """Show a partner: its words, its keys, its streams."""
    row = services.find_partner(node_id)
    details = {
        **_as_row(row),
        "suspended_because": row.suspended_reason,
        "confirmed_by": row.confirmed_by,
        "record_types": row.record_types,
        "words": fingerprint_words(read_card(row.card)),
    }
    keys = [
        {
            "purpose": key.purpose,
            "kid": key.kid,
            "from": key.begins,
            "until": key.valid_until,
            "superseded": key.superseded_at,
            "revoked": key.revoked_at,
        }
        for key in row.keys.order_by("purpose", "valid_from")
    ]
    streams = [_stream_row(stream) for stream in row.streams.order_by("name")]
    if as_json:
        show_one({**details, "keys": keys, "streams": streams}, as_json=True)
        return
    show_one(details, as_json=False)
    for key in keys:
        click.echo(f"{key['purpose']:<12}  {key['kid']}  until {key['until']:%Y-%m-%d}")
    for stream in streams:
        click.echo("")
        show_one(stream, as_json=False)


@partner.command("revoke-key", context_settings=NAMES_A_KEY)
@_NODE
@click.argument("kid", metavar="KEY")
@click.option("--since", required=True, help="From when it counts no more, such as 2026-11-26T08:00:00Z.")
@_REASON
@json_option
def revoke_key(node_id: str, kid: str, since: str, reason: str, *, as_json: bool) -> None:
    """Let a partner's key count no more, as its people told you over a line you trust."""
    row = services.find_partner(node_id)
    key = revoke_partner_key(row, kid, revoked_from=moment_of(since), reason=reason, actor=who())
    show_one(
        {"partner": row.node_id, "purpose": key.purpose, "kid": key.kid, "revoked": key.revoked_at},
        as_json=as_json,
    )
    say("Once the partner has a new key, its record is taken by itself; or add its present card.")


@partner.command()
@_NODE
@_REASON
@json_option
def suspend(node_id: str, reason: str, *, as_json: bool) -> None:
    """Stop the exchange with a partner; what is published for it waits."""
    row = services.suspend(services.find_partner(node_id), reason, actor=who())
    show_one(_as_row(row), as_json=as_json)


@partner.command()
@_NODE
@json_option
def resume(node_id: str, *, as_json: bool) -> None:
    """Let records cross again."""
    row = resume_exchange(services.find_partner(node_id), actor=who())
    show_one(_as_row(row), as_json=as_json)


@partner.command()
@_NODE
def forget(node_id: str) -> None:
    """Remove a card that was never confirmed."""
    services.forget(services.find_partner(node_id), actor=who())
    say(f"The card of {node_id} is removed.")
