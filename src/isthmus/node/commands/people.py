"""Organisations, officers and desks from the shell: what a new node needs before anybody can sign in."""

import sys
from pathlib import Path

import click
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import queries, services
from isthmus.accounts.models import Kind, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.exchange.models import Desk
from isthmus.exchange.services.desks import remove_desk, set_desk
from isthmus.kit.errors import BadInput, NotFound
from isthmus.kit.terminal import json_option, say, show_one, show_rows, who


def find_organisation(code: str) -> Organisation:
    """The organisation of that code; NotFound that says how to see them."""
    found = Organisation.objects.filter(code=code.strip().lower()).first()
    if found is None:
        raise NotFound(
            "accounts.no-organisation",
            _("There is no organisation with the code %(code)s.") % {"code": code},
            next_step=_("`isthmus organisation list` shows them, `isthmus organisation add` makes one."),
        )
    return found


@click.group()
def organisation() -> None:
    """Ministries, agencies and firms inside this node."""


@organisation.command("add")
@click.argument("code")
@click.option("--name", required=True, help="Full name.")
@click.option("--kind", type=click.Choice(Kind.values), default=Kind.MINISTRY.value, show_default=True)
@json_option
def add_organisation(code: str, name: str, kind: str, *, as_json: bool) -> None:
    """Add an organisation; CODE is a short lower-case name that stays."""
    made = services.create_organisation(code, name, kind, actor=who())
    show_one({"code": made.code, "name": made.name, "kind": made.kind}, as_json=as_json)


@organisation.command("list")
@json_option
def list_organisations(*, as_json: bool) -> None:
    """List the organisations and how many people act for each."""
    rows = [
        {"code": row.code, "name": row.name, "kind": row.kind, "active": row.active, "people": row.people}  # type: ignore[attr-defined]  # annotated
        for row in queries.organisations_with_numbers()
    ]
    columns = {"code": "code", "name": "name", "kind": "kind", "active": "active", "people": "people"}
    empty = "No organisation yet. Add one with `isthmus organisation add`."
    show_rows(rows, columns, as_json=as_json, empty=empty)


@click.group()
def officer() -> None:
    """People who act for an organisation of this node."""


def _password_from(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        return text.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadInput("accounts.password-file", _("%(path)s is no text.") % {"path": path}) from error


def _as_row(row: Officer) -> dict[str, object]:
    roles = [f"{held.role} of {held.organisation.code}" for held in row.memberships.all()]
    return {"email": row.email, "name": row.full_name, "active": row.is_active, "roles": roles}


@officer.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--organisation", "code", required=True, help="Code of the organisation the role is held in.")
@click.option("--role", type=click.Choice(Role.values), required=True, help="What the officer does.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="File with the password, - for standard input; without one, a link to choose it is printed.",
)
@json_option
def add_officer(
    email: str, name: str, code: str, role: str, password_file: Path | None, *, as_json: bool
) -> None:
    """Add an officer with a role; one who is here already gets the role beside the others."""
    held_in = find_organisation(code)
    password = _password_from(password_file)
    with transaction.atomic():
        found = Officer.objects.filter(email=email.strip().lower()).first()
        if found is not None and password is not None:
            raise BadInput(
                "accounts.officer.exists",
                _("%(email)s has an account already.") % {"email": email},
                next_step=_("Leave --password-file out to give another role only."),
            )
        row = found or services.create_officer(email, name, password, actor=who())
        services.grant(row, held_in, role, actor=who())
        link = services.invitation_link(row, actor=who()) if found is None and password is None else ""
    shown = {**_as_row(row), "link": link}
    show_one(shown, as_json=as_json)
    if link:
        say("Hand the link over in person or by telephone: it works once, for three days.")


@officer.command("list")
@json_option
def list_officers(*, as_json: bool) -> None:
    """List the officers with their roles."""
    rows = [_as_row(row) for row in queries.people()]
    columns = {"email": "email", "name": "name", "active": "active", "roles": "roles"}
    empty = "No officer yet. Add one with `isthmus officer add`."
    show_rows(rows, columns, as_json=as_json, empty=empty)


@click.group()
def desk() -> None:
    """Which organisation of this node receives which records."""


@desk.command("set")
@click.argument("record_type", metavar="TYPE")
@click.argument("code", metavar="ORGANISATION")
@json_option
def set_command(record_type: str, code: str, *, as_json: bool) -> None:
    """Let records of a type, such as etrade.export-declaration/1, go to an organisation from now on."""
    made = set_desk(record_type, find_organisation(code), actor=who())
    show_one({"type": made.record_type, "organisation": made.organisation.code}, as_json=as_json)


@desk.command("remove")
@click.argument("record_type", metavar="TYPE")
def remove_command(record_type: str) -> None:
    """Let records of a type go to nobody in particular."""
    remove_desk(record_type, actor=who())
    say(f"No organisation receives {record_type} now.")


@desk.command("list")
@json_option
def list_desks(*, as_json: bool) -> None:
    """List the desks."""
    rows = [
        {"type": row.record_type, "organisation": row.organisation.code}
        for row in Desk.objects.select_related("organisation").order_by("record_type")
    ]
    columns = {"type": "record type", "organisation": "organisation"}
    show_rows(rows, columns, as_json=as_json, empty="No desk is set: only node-wide roles see what arrives.")
