"""Licences, certificates, permits, movements and manifests entered by hand: typed, checked, then stated."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.etrade import services
from isthmus.apps.etrade.entry_forms import ENTERED, EntryForm
from isthmus.apps.etrade.models import Kind, Origin, TradeDocument
from isthmus.apps.etrade.services.stating import Stated, read_record
from isthmus.apps.etrade.views.finding import decided, kind_named, list_crumb, organisations_for, page_of
from isthmus.apps.etrade.views.trade_documents import STATE, VIEW
from isthmus.kit.errors import BadInput, IsthmusError, NotFound


def _entered(kind: str) -> Kind:
    sort = kind_named(kind)
    if sort not in ENTERED:
        raise NotFound(
            "etrade.not-entered",
            _("Documents of this kind are not entered by hand."),
            next_step=_("The system that makes them states them by the API, or from files."),
        )
    return sort


@require_http_methods(["GET", "POST"])
@authorised(STATE)
def enter(request: ActorRequest, kind: str) -> HttpResponse:
    """Enter a new document: type it, check the answers, state it."""
    return _respond(request, _entered(kind), None)


@require_http_methods(["GET", "POST"])
@authorised(STATE)
def amend(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """State what came next of an own document: an amendment, a suspension, its end."""
    sort = _entered(kind)
    rows = TradeDocument.objects.select_related("organisation").filter(kind=sort, origin=Origin.OWN)
    return _respond(request, sort, decided(request, STATE, rows, pk, see=VIEW))


def _rows(request: ActorRequest, document: TradeDocument | None) -> int:
    if request.method == "POST":
        given = request.POST.get("rows", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 1
    body = document.body if document else {}
    return len(body.get("items") or body.get("consignments") or ())


def _respond(request: ActorRequest, kind: Kind, document: TradeDocument | None) -> HttpResponse:
    organisations = None if document else organisations_for(request, STATE)
    rows = _rows(request, document)
    posted = request.POST if request.method == "POST" else None
    form = EntryForm(posted, kind=kind, rows=rows, document=document, organisations=organisations)
    action = request.POST.get("action", "")
    if action in {"add", "change"}:
        form = EntryForm(
            kind=kind,
            rows=rows + (action == "add"),
            document=document,
            organisations=organisations,
            initial=form.typed(),
        )
    elif form.is_valid():
        try:
            if "confirm" in request.POST:
                return _state(request, kind, document, form)
            read_record(kind, form.body())
        except BadInput as error:
            form.blame(error)
        except IsthmusError as error:
            form.add_error(None, " ".join(filter(None, (error.message, error.next_step))))
        else:
            return _show(request, kind, document, form, "etrade/enter_check.html")
    return _show(request, kind, document, form, "etrade/enter.html")


def _state(
    request: ActorRequest, kind: Kind, document: TradeDocument | None, form: EntryForm
) -> HttpResponse:
    done: Stated
    if document is None:
        organisation = form.cleaned_data["organisation"]
        done = services.state_new(kind, form.body(), organisation, actor=request.actor.label)
    else:
        done = services.state_next(document, form.body(), actor=request.actor.label)
    messages.success(request, _("Stated. Partners that have it are told."))
    return redirect(page_of(done.statement.document))


def _show(
    request: ActorRequest, kind: Kind, document: TradeDocument | None, form: EntryForm, template: str
) -> HttpResponse:
    checking = template.endswith("_check.html")
    lead = _("Type what stands on the paper. You check it before it is stated.")
    back = page_of(document) if document else reverse("etrade:trade-documents", args=[kind.value])
    context = {
        "title": _("What became of %(number)s") % {"number": document.number}
        if document
        else _("Enter: %(kind)s") % {"kind": kind.label},
        "lead": _("Check what you typed. It is stated when you confirm.") if checking else lead,
        "crumbs": (list_crumb(kind),),
        "form": form,
        "groups": form.answers() if checking else (),
        "submit": _("State it") if checking else _("Check the answers"),
        "cancel_url": back,
    }
    return render(request, template, context)
