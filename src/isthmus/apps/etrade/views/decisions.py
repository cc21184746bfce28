"""What officers decide about documents: checking and using certificates, drawing on licences, arrivals."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.accounts.policy import visible
from isthmus.apps.etrade import services
from isthmus.apps.etrade.desk_forms import CheckForm, DrawForm, StateForm, UseForm
from isthmus.apps.etrade.models import Kind, Origin, TradeDocument
from isthmus.apps.etrade.queries import certificates
from isthmus.apps.etrade.records import CertificateOfOriginV1, CertificateUtilisationV1, TransitV1, UsedItemV1
from isthmus.apps.etrade.views.finding import decided, list_crumb, page_of, partner_name
from isthmus.apps.etrade.views.trade_documents import DECIDE, VIEW, balance_table
from isthmus.apps.etrade.wording import state_of
from isthmus.exchange import verification
from isthmus.exchange.models import Record
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.ui.components import Empty, Fact, State


@require_GET
@authorised(VIEW)
def check(request: ActorRequest) -> HttpResponse:
    """Check a certificate: its number in, who issued it, whether it is proved, and how much is used."""
    asked = "number" in request.GET
    form = CheckForm(request.GET if asked else None)
    found: list[dict[str, object]] = []
    empty = None
    if asked and form.is_valid():
        number = form.cleaned_data["number"]
        rows = visible(request.actor, VIEW, certificates.certificates(number))
        found = [_checked(row) for row in rows.prefetch_related("statements__sendings")[:5]]
        if not found:
            empty = Empty(
                _("No certificate %(number)s is known here") % {"number": number},
                _(
                    "No partner has sent one of this number and none was issued here. Look whether it "
                    "is typed as it stands on the paper, then ask the partner."
                ),
            )
    context = {
        "title": _("Check a certificate"),
        "lead": _("Who issued it, whether it is real, and how much of it is used."),
        "crumbs": (list_crumb(Kind.CERTIFICATE_OF_ORIGIN),),
        "form": form,
        "found": found,
        "empty": empty,
    }
    return render(request, "etrade/check_certificate.html", context)


def _checked(row: TradeDocument) -> dict[str, object]:
    newest = max(
        (said for said in row.statements.all() if said.said_by == row.partner), key=lambda one: one.version
    )
    leaf = newest.leaf or next((sending.leaf for sending in newest.sendings.all()), "")
    record = Record.objects.select_related("stream__partner", "receipt").filter(leaf=leaf).first()
    checks = verification.check_record(record) if record is not None else ()
    proved = bool(checks) and all(one.ok for one in checks)
    over = any(balance.over for balance in certificates.balances_of(row))
    body = row.record
    assert isinstance(body, CertificateOfOriginV1)
    issuer = _("this node") if row.origin == Origin.OWN else partner_name(row.partner)
    return {
        "row": row,
        "verdict": _verdict(row, proved=proved, over=over),
        "proof": verification.summarise(record, checks) if record is not None else "",
        "record_url": reverse("exchange:record", args=[leaf]) if leaf else "",
        "url": page_of(row),
        "facts": (
            Fact(_("Issued by"), issuer),
            Fact(_("Authority"), body.issuing_authority),
            Fact(_("Issued on"), row.issued_on),
            Fact(_("Until"), row.valid_until),
            Fact(_("Exporter"), row.party),
            Fact(_("Consignee"), row.counterparty),
            Fact(_("State"), state_of(row)),
        ),
        "balance": balance_table(row),
    }


def _verdict(row: TradeDocument, *, proved: bool, over: bool) -> tuple[State, str]:
    """The answer in plain words: may it be accepted, and if not, why."""
    today = clock.now().date()
    if row.state == "cancelled":
        return State("bad", _("Do not accept it")), _("Its issuer cancelled it.")
    if row.origin == Origin.PARTNER and not proved:
        return State("bad", _("Do not accept it")), _("Its signature or its place in the log does not hold.")
    if over:
        return State("bad", _("Look at it")), _("More of it was used than it certifies.")
    if row.state == "utilised":
        return State("bad", _("Do not accept it")), _("Nothing of it is left to use.")
    if row.valid_until is not None and row.valid_until < today:
        return State("warn", _("Look at it")), _("Its last day is over.")
    if row.origin == Origin.OWN:
        return State("ok", _("Issued here")), _("It stands in this node's own records.")
    return State("ok", _("It is real")), _("Its issuer signed it, nothing of it was changed, and it holds.")


def _decide(
    request: ActorRequest,
    document: TradeDocument,
    form: Form,
    act: Callable[[], object],
    words: tuple[str, str, str, str],
) -> HttpResponse:
    """A page with one form: what was typed is done, or the reason against it stands above the form."""
    title, lead, submit, done = words
    if form.is_valid():
        try:
            act()
        except IsthmusError as error:
            lines = [error.message, *(fault.message for fault in error.faults), error.next_step]
            form.add_error(None, " ".join(line for line in lines if line))
        else:
            messages.success(request, done)
            return redirect(page_of(document))
    context = {
        "title": title,
        "lead": lead,
        "crumbs": (list_crumb(Kind(document.kind)),),
        "form": form,
        "submit": submit,
        "cancel_url": page_of(document),
    }
    return render(request, "ui/form.html", context)


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def use(request: ActorRequest, pk: int) -> HttpResponse:
    """Accept or reject a partner's certificate, in full or in part; the issuer is told."""
    rows = TradeDocument.objects.filter(kind=Kind.CERTIFICATE_OF_ORIGIN, origin=Origin.PARTNER)
    document = decided(request, DECIDE, rows, pk, see=VIEW)
    form = UseForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        services.use(document, _use_of(document, form), actor=request.actor.label)

    name = partner_name(document.partner)
    words = (
        _("Use %(number)s") % {"number": document.number},
        _("Your decision is signed and goes to %(name)s.") % {"name": name},
        _("Sign and send"),
        _("Noted, and %(name)s is told.") % {"name": name},
    )
    return _decide(request, document, form, act, words)


def _use_of(document: TradeDocument, form: UseForm) -> CertificateUtilisationV1:
    given = form.cleaned_data
    record = document.record
    assert isinstance(record, CertificateOfOriginV1)
    units = {line.number: line.unit for line in certificates.lines_of(record)}
    partly = given["outcome"] == "partly-used"
    items = (
        (UsedItemV1(number=given["item"], quantity=given["quantity"], unit=units.get(given["item"])),)
        if partly
        else None
    )
    return CertificateUtilisationV1(
        reference=f"{given['import_number']}/{given['item']}"[:70] if partly else given["import_number"],
        certificate_number=document.number,
        outcome=given["outcome"],
        used_on=clock.now().date().isoformat(),
        import_number=given["import_number"],
        reason=given["reason"] or None,
        items=items,
    )


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def draw(request: ActorRequest, pk: int) -> HttpResponse:
    """Draw on an own licence for a declaration that names it."""
    rows = TradeDocument.objects.filter(kind=Kind.LICENCE, origin=Origin.OWN)
    document = decided(request, DECIDE, rows, pk, see=VIEW)
    initial = {"number": request.GET.get("number", "")[:70]}
    form = DrawForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        services.draw_by_hand(document, form.cleaned_data["number"], actor=request.actor.label)

    words = (
        _("Draw on %(number)s") % {"number": document.number},
        _("A declaration that names the licence takes from it what it declares, once."),
        _("Draw"),
        _("Drawn."),
    )
    return _decide(request, document, form, act, words)


@require_http_methods(["GET", "POST"])
@authorised(DECIDE)
def state(request: ActorRequest, pk: int) -> HttpResponse:
    """State where a partner's movement is; the country of departure is told."""
    rows = TradeDocument.objects.filter(kind=Kind.TRANSIT, origin=Origin.PARTNER)
    document = decided(request, DECIDE, rows, pk, see=VIEW)
    form = StateForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        given = form.cleaned_data
        moment = clock.now()
        arrived = given["status"] in {"arrived", "discrepancy"}
        record = TransitV1(
            number=document.number,
            version=document.statements.filter(said_by="").count() + 1,
            status=given["status"],
            stated_at=clock.to_text(moment.replace(microsecond=0)),
            office=given["office"] or None,
            arrived_on=moment.date().isoformat() if arrived else None,
            seals_intact={"yes": True, "no": False}.get(given["seals_intact"]),
            discrepancy=given["discrepancy"] or None,
        )
        services.state_theirs(document, record, actor=request.actor.label)

    name = partner_name(document.partner)
    words = (
        _("Where %(number)s is") % {"number": document.number},
        _("Your statement is signed and goes to %(name)s.") % {"name": name},
        _("Sign and send"),
        _("Noted, and %(name)s is told.") % {"name": name},
    )
    return _decide(request, document, form, act, words)
