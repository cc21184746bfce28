"""One expert: the profile, its passport where it was received, and the card for an address book."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from isthmus.accounts import audit
from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries, wording
from isthmus.apps.experts.card_queries import card_of
from isthmus.apps.experts.formats import vcard
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.queries import ENGAGE, KEEP, VERIFY, VIEW
from isthmus.apps.experts.views.rows import crumbs, seen
from isthmus.apps.experts.wording import joined
from isthmus.exchange import passport
from isthmus.exchange import queries as exchange
from isthmus.exchange.downloads import hand_out
from isthmus.exchange.models import Naming, Record
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Fact, Link, Passport, Tile
from isthmus.ui.formats import country_name


def _passport(request: ActorRequest, row: Expert) -> Passport | None:
    if not row.leaf or not can(request.actor, "exchange.record.view"):
        return None
    record = Record.objects.select_related("stream__partner", "receipt").filter(leaf=row.leaf).first()
    return passport.of(record, "", request.actor) if record is not None else None


def _skill(one: dict[str, str]) -> str:
    scheme = {"isco-08": "ISCO-08", "esco": "ESCO"}.get(one.get("scheme", ""), "")
    return f"{one['name']} ({scheme} {one['code']})" if scheme and one.get("code") else one["name"]


def _tile(row: Expert) -> Tile | None:
    if not row.country:
        return None
    here = row.country == settings.ISTHMUS.country
    return Tile(row.country, country_name(row.country), "here" if here else "there")


def _facts(row: Expert) -> tuple[Fact, ...]:
    facts = (
        Fact(_("State"), wording.state(row)),
        Fact(_("Verification"), wording.verification(row)),
        Fact(_("Country"), _tile(row)),
        Fact(_("Skills"), tuple(_skill(one) for one in row.skills) or None),
        Fact(_("Sectors"), wording.sectors_of(row) or None),
        Fact(_("Worked in"), joined(country_name(code) for code in row.countries)),
        Fact(_("Languages"), joined(wording.spoken(row))),
        Fact(_("Available"), wording.available(row) or None),
        Fact(_("ORCID"), Link(row.orcid, f"https://orcid.org/{row.orcid}") if row.orcid else None),
        Fact(_("Declared interests"), tuple(one["declared"] for one in row.conflicts) or _("None declared")),
        Fact(_("Stated"), row.stated_at),
        Fact(_("To be reviewed by"), row.review_by),
        Fact(_("Kept at"), row.node),
    )
    return tuple(fact for fact in facts if fact.value is not None)


def _contact(row: Expert) -> tuple[Fact, ...]:
    names = {"email": _("E-mail"), "phone": _("Telephone"), "url": _("Web page"), "address": _("Address")}
    return tuple(Fact(label, row.contact[name]) for name, label in names.items() if row.contact.get(name))


@require_GET
@authorised(VIEW)
def expert(request: ActorRequest, key: str) -> HttpResponse:
    """One expert; received ones with the passport of their record."""
    row = seen(request, key)
    own = row.node == exchange.me()
    may_change = own and queries.kept_by(request.actor).filter(pk=row.pk).exists()
    may_verify = can(request.actor, VERIFY) or can(request.actor, KEEP, row)
    context = {
        "title": wording.name_of(row),
        "lead": row.headline,
        "crumbs": crumbs(),
        "expert": row,
        "facts": _facts(row),
        "contact": _contact(row) if own and queries.may_contact(request.actor, row) else (),
        "contact_file": not own and bool(row.contact),
        "references": bodies.references(row) if own else row.references,
        "may_change": may_change,
        "unsent": may_change and (row.stated_at is None or row.changed_at > row.stated_at),
        "may_verify": own and may_verify,
        "may_engage": row.listed and can(request.actor, ENGAGE),
        "passport": _passport(request, row),
    }
    return render(request, "experts/expert.html", context)


def _received_card(request: ActorRequest, row: Expert) -> HttpResponseBase:
    namings = Naming.objects.select_related("attachment__subject_key", "stream__partner")
    naming = namings.filter(leaf=row.leaf, erased=False).first()
    record = Record.objects.filter(leaf=row.leaf).first()
    if naming is None or record is None:
        raise NotFound("experts.no-contact", _("The contact details are not here."))
    return hand_out(naming, record, request.actor)


@require_safe
@authorised(VIEW)
def card(request: ActorRequest, key: str) -> HttpResponseBase:
    """The expert as a vCard; of a received one, the contact details that came with it."""
    row = seen(request, key)
    own = row.node == exchange.me()
    if not own and row.contact:
        return _received_card(request, row)
    with_contact = own and queries.may_contact(request.actor, row)
    if with_contact and row.contact:
        audit.note("experts.contact-read", actor=request.actor.label, subject=row.reference)
    response = HttpResponse(
        vcard.write(card_of(row, with_contact=with_contact)), content_type="text/vcard; charset=utf-8"
    )
    disposition = content_disposition_header(as_attachment=True, filename=f"{row.reference[:12]}.vcf")
    response["Content-Disposition"] = disposition or ""
    response["Cache-Control"] = "private, no-store"
    return response
