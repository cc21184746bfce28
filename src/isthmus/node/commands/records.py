"""Records from the shell: listed, proved, and taken out as files that `isthmus verify` checks anywhere."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries, registry, tokens
from isthmus.exchange.models import Direction, Record
from isthmus.exchange.services import countersignatures
from isthmus.exchange.services.keys import news_of, own_news
from isthmus.exchange.verification import check_record, summarise
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.files import write_private
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who, write_json
from isthmus.trust.services import own_card
from isthmus.trust.validation import key_ring, own_ring
from isthmus.wire import jws
from isthmus.wire.record import read_record

SHORTEST = 8
_LEAF = click.argument("leaf", metavar="LEAF")


@click.group()
def record() -> None:
    """What was sent and received."""


def find_record(text: str) -> Record:
    """The record of that leaf; its first eight signs suffice where no other begins so."""
    wanted = text.strip().lower()
    if len(wanted) < SHORTEST:
        raise BadInput(
            "exchange.leaf", _("Give at least the first %(count)d signs of the leaf.") % {"count": SHORTEST}
        )
    found = list(
        Record.objects.filter(queries.leaf_begins(wanted)).select_related(
            "stream__partner", "receipt", "countersignature"
        )[:2]
    )
    if len(found) != 1:
        message = (
            _("No record has the leaf %(leaf)s.") if not found else _("Several records begin with %(leaf)s.")
        )
        raise NotFound(
            "exchange.no-record",
            message % {"leaf": text},
            next_step=_("`isthmus record list` shows the leaves."),
        )
    return found[0]


def _as_row(row: Record) -> dict[str, object]:
    return {
        "leaf": row.leaf,
        "stream": row.stream.name,
        "number": row.seq,
        "type": row.key,
        "subject": row.subject,
        "issued": row.issued,
        "verdict": row.verdict,
        "verdict_reason": row.verdict_reason,
        "effect": row.effect,
        "receipt": row.receipt.leaf if row.receipt is not None else None,
    }


@record.command("list")
@click.option("--partner", help="Only records to or from this partner.")
@click.option("--direction", type=click.Choice(Direction.values), help="Only records sent or received.")
@click.option("--verdict", type=click.Choice(["waiting", "accepted", "refused"]), help="Only these.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="At most so many."
)
@json_option
def list_records(
    partner: str | None, direction: str | None, verdict: str | None, limit: int, *, as_json: bool
) -> None:
    """List records, the newest first."""
    wanted = {"stream__partner__node_id": partner, "stream__direction": direction, "verdict": verdict}
    chosen = {name: value for name, value in wanted.items() if value is not None}
    found = Record.objects.filter(**chosen).select_related("stream", "receipt")[: limit + 1]
    rows = [_as_row(row) for row in found]
    table = [{**row, "leaf": str(row["leaf"])[:12]} for row in rows[:limit]]
    columns = {"leaf": "leaf", "stream": "stream", "number": "no.", "type": "type", "subject": "subject"}
    show_rows(
        rows[:limit] if as_json else table,
        {**columns, "verdict": "verdict", "effect": "effect"},
        as_json=as_json,
        empty="No record yet.",
    )
    if len(rows) > limit:
        say(f"There are more; see them with --limit {limit * 10}.")


@record.command()
@_LEAF
@json_option
def show(leaf: str, *, as_json: bool) -> None:
    """Show a record, its content and whether it still proves itself; exit code 3 where it does not."""
    row = find_record(leaf)
    checks = check_record(row)
    text = tokens.text_of(row.leaf)
    body = read_record(text)[1].body if text is not None and checks[0].ok else None
    findings = [{"what": check.what, "ok": check.ok, "detail": check.detail} for check in checks]
    if as_json:
        show_one({**_as_row(row), "body": body, "checks": findings}, as_json=True)
    else:
        show_one(_as_row(row), as_json=False)
        if body is not None:
            write_json(body)
        for check in checks:
            click.echo(f"{'ok ' if check.ok else 'NOT'}  {check.what}: {check.detail}")
        say(summarise(row, checks))
    waiting = row.stream.direction == Direction.OUT and row.receipt is None
    doubtful = [check for check in checks if not check.ok]
    if doubtful and not (waiting and len(doubtful) == 1):
        raise SystemExit(3)


def _text_of(leaf: str) -> str:
    text = tokens.text_of(leaf)
    if text is None:
        raise NotFound("exchange.erased", "The signed text is not here any more.")
    return text


def _histories(row: Record, sender: str, card: str) -> dict[str, str]:
    """What became of the signer's keys, where its card does not name the one that signed the record."""
    partner = row.stream.partner
    kid = read_record(_text_of(row.leaf))[0].kid
    own = sender == queries.me()
    news = own_news(partner) if own else news_of(partner)
    if kid == jws.parse(card, typ=jws.CARD).kid and not news:
        return {}
    ring = own_ring(sender) if own else key_ring(partner)
    files = {f"{sender}-key-{kid[:12]}.pem": ring.keys[kid].certificate.strip()} if kid in ring.keys else {}
    files.update({f"{sender}-key-{place}.jws": token for place, token in enumerate(news, start=1)})
    return files


def _export(row: Record, folder: Path) -> list[Path]:
    """The signed texts, each in a file of its own, with the cards that verify them."""
    partner = row.stream.partner
    cards = {queries.me(): own_card(registry.offered_types()), partner.node_id: partner.card}
    sender = queries.me() if row.stream.direction == Direction.OUT else partner.node_id
    giver = partner.node_id if row.stream.direction == Direction.OUT else queries.me()
    name = row.leaf[:12]
    files = {f"{name}-record.jws": _text_of(row.leaf), f"{sender}.card": cards[sender]}
    if row.receipt is not None:
        files[f"{name}-receipt.jws"] = _text_of(row.receipt.leaf)
        files[f"{giver}.card"] = cards[giver]
    if hasattr(row, "countersignature"):
        files[f"{name}-pair.jws"] = countersignatures.pair_of(row).rstrip("\n")
        files.update({f"{node}.card": card for node, card in cards.items()})
    files.update(_histories(row, sender, cards[sender]))
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, text in files.items():
        write_private(folder / file_name, (text + "\n").encode("ascii"))
    return [folder / file_name for file_name in files]


@record.command()
@_LEAF
@click.option("--words", required=True, help="What you agree to; it is signed and sent to the partner.")
@json_option
def countersign(leaf: str, words: str, *, as_json: bool) -> None:
    """Sign a received record as its second node, so that both have signed it."""
    made = countersignatures.countersign(find_record(leaf), words, actor=who())
    show_one(
        {"leaf": made.record.leaf, "countersignature": made.leaf, "by": made.by, "words": made.words},
        as_json=as_json,
    )
    say("The partner gets it in the stream. `isthmus record export` writes both signed texts.")


@record.command()
@_LEAF
@click.option(
    "--to",
    "folder",
    default=".",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files.",
)
@json_option
def export(leaf: str, folder: Path, *, as_json: bool) -> None:
    """Write a record, its receipt and the cards of both nodes to files for `isthmus verify`."""
    row = find_record(leaf)
    files = _export(row, folder)
    audit.note("exchange.record-exported", actor=who(), subject=row.leaf)
    if as_json:
        write_json({"leaf": row.leaf, "files": [str(path) for path in files]})
    else:
        for path in files:
            click.echo(path)
    say("Check one with `isthmus verify FILE --card CARD`; no node is needed for it.")
    say("Files with -key- in their name go behind --keys: what became of the signer's keys.")
