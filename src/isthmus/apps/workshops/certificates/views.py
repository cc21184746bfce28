"""Pages of the secretariat: the certificates of a workshop, and each one with its files."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import can
from isthmus.apps.workshops.attendance.queries import presence_of
from isthmus.apps.workshops.certificates import queries, services
from isthmus.apps.workshops.certificates.forms import RevokeForm
from isthmus.apps.workshops.certificates.models import Certificate
from isthmus.apps.workshops.certificates.wording import state_of
from isthmus.apps.workshops.programme.forms import add_faults, joined
from isthmus.apps.workshops.programme.house import KEEP, VIEW
from isthmus.apps.workshops.programme.views.workshop import find, kept, way
from isthmus.kit import base32
from isthmus.kit.errors import BadInput, NotFound
from isthmus.ui.components import Fact, Link, Tile
from isthmus.ui.table import Column, tabulate

_COLUMNS: tuple[Column[Certificate], ...] = (
    Column(
        "name",
        gettext_lazy("Name"),
        lambda row: row.person,
        "link",
        url=lambda row: reverse("workshops:certificate", args=[row.number]),
    ),
    Column("country", gettext_lazy("Country"), lambda row: Tile(row.statement.get("country") or "?")),
    Column(
        "sessions", gettext_lazy("Sessions"), lambda row: len(row.statement.get("sessions", ())), "number"
    ),
    Column("state", gettext_lazy("State"), state_of, "state"),
    Column("issued", gettext_lazy("Issued"), "issued_at", "date"),
    Column("number", gettext_lazy("Number"), lambda row: base32.grouped(row.number)),
)


@require_GET
@authorised(VIEW)
def listed(request: ActorRequest, number: str) -> HttpResponse:
    """The certificates of a workshop."""
    row = find(request, number)
    rows = list(
        queries.certificates_for(request.actor)
        .filter(nominee__invitation__workshop=row)
        .order_by("-issued_at", "number")
    )
    counting = {one.nominee_id for one in rows if one.revoked_at is None}
    missing = sum(one.nominee.pk not in counting for one in presence_of(row))
    may = row.programme.closed_at is None and can(request.actor, KEEP, row)
    context = {
        "title": _("Certificates"),
        "lead": _("Signed by this node; anybody can check one, with a network or without."),
        "crumbs": way(row),
        "workshop": row,
        "facts": (
            Fact(_("Issued and counting"), len(counting)),
            Fact(_("Were there and have none"), missing),
            Fact(
                _("Page for whoever checks one"), Link(_("Check a certificate"), reverse("certificate-check"))
            ),
        ),
        "certificates": tabulate(_COLUMNS, rows) if rows else None,
        "held": row.held_at is not None,
        "may_issue": may and row.held_at is not None and missing,
    }
    return render(request, "workshops/certificates.html", context)


@require_POST
@authorised(KEEP)
def issue(request: ActorRequest, number: str) -> HttpResponse:
    """Issue one to everybody who was there."""
    services.issue(kept(request, number), actor=request.actor.label)
    return redirect("workshops:certificates", number)


def _find(request: ActorRequest, number: str) -> Certificate:
    row = queries.certificates_for(request.actor).filter(number=number).first()
    if row is None:
        raise NotFound("workshops.no-certificate", _("There is no such certificate."))
    return row


@require_http_methods(["GET", "POST"])
@authorised(VIEW)
def one(request: ActorRequest, number: str) -> HttpResponse:
    """One certificate, its code and files; the secretariat may revoke it."""
    row = _find(request, number)
    workshop = row.nominee.invitation.workshop
    may = row.revoked_at is None and can(request.actor, KEEP, row)
    form = RevokeForm(request.POST or None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        try:
            services.revoke(row, told["ground"], joined(told["reason"]), actor=request.actor.label)
            return redirect("workshops:certificate", number)
        except BadInput as error:
            add_faults(form, error, "reason")
    told = row.statement
    facts = (
        Fact(_("State"), state_of(row)),
        Fact(_("Number"), base32.grouped(row.number)),
        Fact(_("Days present"), ", ".join(told.get("days", ())) or None),
        Fact(_("Sessions"), tuple(one["title"] for one in told.get("sessions", ())) or None),
        Fact(_("Issued"), row.issued_at),
        Fact(_("Who"), row.by),
        *(
            (
                Fact(_("Revoked"), row.revoked_at),
                Fact(_("Why"), row.get_ground_display()),
                Fact(_("Reason"), row.reason),
            )
            if row.revoked_at is not None
            else ()
        ),
    )
    back = Link(_("Certificates"), reverse("workshops:certificates", args=[workshop.number]))
    context = {
        "title": row.person,
        "lead": _("Certificate of attendance of %(workshop)s.") % {"workshop": workshop.title},
        "crumbs": (*way(workshop), back),
        "certificate": row,
        "facts": facts,
        "address": queries.address_of(row) if row.code else "",
        "form": form,
    }
    return render(request, "workshops/certificate.html", context)


@require_GET
@authorised(VIEW)
def pdf(request: ActorRequest, number: str) -> HttpResponse:
    """The signed paper, in the reader's language."""
    content = services.signed_pdf(_find(request, number), get_language() or "en")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{number.lower()}.pdf"'
    return answer


@require_GET
@authorised(VIEW)
def credential(request: ActorRequest, number: str) -> HttpResponse:
    """The credential for machines (Open Badge 3.0 as a JWT)."""
    row = services.whole(_find(request, number))
    answer = HttpResponse(row.credential, content_type="application/vc+jwt")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{number.lower()}.jwt"'
    return answer
