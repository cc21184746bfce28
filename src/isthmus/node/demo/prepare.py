"""Setting a sample node up inside its own process: keys, organisations, people, desk."""

import secrets

from django.conf import settings
from django.contrib.auth.hashers import make_password

from isthmus.accounts import services as accounts
from isthmus.accounts.models import Officer, Organisation
from isthmus.exchange.models import Desk
from isthmus.exchange.services.desks import set_desk
from isthmus.kit.files import write_private
from isthmus.node.commands.start import initialise
from isthmus.node.demo.countries import BY_ID, MARK, PASSWORD, ROLES, SampleNode
from isthmus.node.demo.terms import TYPES, accord_types

ACTOR = "isthmus demo"


def prepare() -> None:
    """Everything this node needs before it starts; what is there already stays."""
    sample = BY_ID[settings.ISTHMUS.node_id]
    secret = settings.ISTHMUS.home / "secret_key"
    if not secret.is_file():
        write_private(secret, secrets.token_urlsafe(48).encode("ascii"))
        settings.SECRET_KEY = secret.read_text(encoding="ascii")  # sessions must outlive the first start
    initialise()
    found = _organisations(sample)
    _people(sample, found)
    first = found[sample.organisations[0].code]
    known = set(Desk.objects.values_list("record_type", flat=True))
    for record_type in (*TYPES, *accord_types()):
        if record_type not in known:
            set_desk(record_type, first, actor=ACTOR)


def _organisations(sample: SampleNode) -> dict[str, Organisation]:
    found = {row.code: row for row in Organisation.objects.all()}
    for wanted in sample.organisations:
        if wanted.code not in found:
            found[wanted.code] = accounts.create_organisation(
                wanted.code, wanted.name, wanted.kind, actor=ACTOR
            )
    return found


def _people(sample: SampleNode, organisations: dict[str, Organisation]) -> None:
    """One officer a role, who acts for the first organisation as in most small offices; and firms' own."""
    known = set(Officer.objects.values_list("email", flat=True))
    first = organisations[sample.organisations[0].code]
    if known.issuperset(sample.email(role) for role in ROLES):
        return
    # A hash takes half a second on purpose; two dozen of one and the same password would be the longest step.
    hashed = make_password(PASSWORD)
    people = [
        (sample.email(role), name, role, first) for role, name in zip(ROLES, sample.people, strict=True)
    ]
    people += [
        (f"{one.code}@{sample.id}.example", one.officer, "officer", organisations[one.code])
        for one in sample.organisations
        if one.officer
    ]
    for email, name, role, organisation in people:
        if email in known:
            continue
        officer = accounts.create_officer(email, f"{name} {MARK}", actor=ACTOR)
        officer.password = hashed
        officer.save(update_fields=["password"])
        accounts.grant(officer, organisation, role, actor=ACTOR)
