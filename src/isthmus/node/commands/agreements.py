"""Agreements from the shell: in plain words, proposed from a file of terms, answered."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.exchange import plain_terms, wording
from isthmus.exchange.models import Agreement, Decision
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements as services
from isthmus.kit.errors import BadInput, FieldFault, NotFound
from isthmus.kit.ids import uuid7
from isthmus.kit.terminal import in_words, json_option, say, show_one, show_rows, who
from isthmus.wire import codec

Command = Callable[..., Any]
_UUID = click.argument("number", metavar="ID")
_REASON = click.option("--reason", required=True, help="Why; the other parties read it.")


@click.group()
def agreement() -> None:
    """Signed terms: which records and fields may cross, for what purpose, until when."""


def _find(text: str) -> Agreement:
    """The agreement of that number; its first signs suffice where no other begins so."""
    wanted = text.strip().lower().replace("-", "")
    found = [row for row in Agreement.objects.all() if wanted and row.uuid.hex.startswith(wanted)]
    if len(found) != 1:
        raise NotFound(
            "exchange.no-agreement",
            _("%(count)d agreements begin with “%(text)s”.") % {"count": len(found), "text": text},
            next_step=_("`isthmus agreement list` shows the numbers."),
        )
    return found[0]


def _as_row(row: Agreement) -> dict[str, object]:
    return {
        "id": row.uuid,
        "title": row.title,
        "state": row.state,
        "proposed_by": row.proposed_by,
        "parties": {party.node_id: party.decision for party in row.parties.all()},
        "from": row.valid_from,
        "until": row.valid_until,
    }


@agreement.command("list")
@json_option
def list_agreements(*, as_json: bool) -> None:
    """List the agreements and where each stands."""
    rows = [_as_row(row) for row in Agreement.objects.prefetch_related("parties")]
    columns = {"id": "id", "title": "title", "state": "state", "proposed_by": "proposed by", "until": "until"}
    empty = "No agreement yet. Propose one with `isthmus agreement propose`."
    show_rows(rows, columns, as_json=as_json, empty=empty)


@agreement.command()
@_UUID
@json_option
def show(number: str, *, as_json: bool) -> None:
    """Show an agreement in plain words; with --json, the terms as they were signed."""
    row = _find(number)
    if as_json:
        show_one({**_as_row(row), "digest": row.digest, "terms": row.terms}, as_json=True)
        return
    known = wording.known_nodes()
    click.echo(row.title)
    click.echo(f"{row.uuid}, {row.get_state_display().lower()}\n")
    for fact in plain_terms.terms_in_words(row.content):
        click.echo(f"{fact.label}: {in_words(fact.value)}")
    for grant in plain_terms.grants_in_words(row.content, known):
        click.echo(f"\n{plain_terms.direction(grant.sender.name, grant.receiver.name)}: {grant.title}")
        click.echo(f"  {grant.crossing} fields cross, {grant.withheld} are withheld:")
        for granted, mark in ((True, "+"), (False, "-")):
            for name in plain_terms.field_names(grant.groups, granted=granted):
                click.echo(f"  {mark} {name}")
    click.echo("")
    for party in row.parties.all():
        said = f"{party.get_decision_display()}{f': {party.reason}' if party.reason else ''}"
        click.echo(f"{wording.name_of(party.node_id, known)}: {said}")


def read_terms(data: bytes) -> AgreementV1:
    """Terms from a file; a number is invented where it names none. BadInput that names each wrong member."""
    given = codec.decode(data)
    if not isinstance(given, dict):
        raise BadInput("exchange.terms", _("The terms are one JSON object."))
    try:
        return AgreementV1.model_validate_json(codec.encode({"agreement": str(uuid7()), **given}))
    except ValidationError as error:
        faults = tuple(
            FieldFault(".".join(str(part) for part in fault["loc"]), fault["msg"]) for fault in error.errors()
        )
        raise BadInput(
            "exchange.terms",
            _("These terms cannot be used."),
            next_step=_("docs/guide/connect-two-countries.md shows an example."),
            faults=faults,
        ) from error


@agreement.command()
@click.argument("terms", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def propose(terms: Path, *, as_json: bool) -> None:
    """Sign the terms in a JSON file as this node and send them to every other party."""
    row = services.propose(read_terms(terms.read_bytes()), actor=who())
    show_one(_as_row(row), as_json=as_json)
    say("It is in force once every party has signed.")


def _answered(number: str, decision: Decision, reason: str, *, as_json: bool) -> None:
    row = services.answer(UUID(_find(number).uuid.hex), decision, actor=who(), reason=reason)
    show_one(_as_row(row), as_json=as_json)


@agreement.command()
@_UUID
@json_option
def sign(number: str, *, as_json: bool) -> None:
    """Sign a proposed agreement; read it first with `isthmus agreement show`."""
    _answered(number, Decision.SIGNED, "", as_json=as_json)


@agreement.command()
@_UUID
@_REASON
@json_option
def decline(number: str, reason: str, *, as_json: bool) -> None:
    """Decline a proposed agreement."""
    _answered(number, Decision.DECLINED, reason, as_json=as_json)


@agreement.command()
@_UUID
@_REASON
@json_option
def withdraw(number: str, reason: str, *, as_json: bool) -> None:
    """Withdraw from an agreement in force; nothing crosses under it from now on."""
    _answered(number, Decision.WITHDRAWN, reason, as_json=as_json)
