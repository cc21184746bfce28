"""The page on which anybody checks a stamp, and the one that inspectors use without a network."""

from base64 import urlsafe_b64encode
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.accounts.guard import ActorRequest, authorised
from isthmus.apps.excise.stamps.forms import CodeForm
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.verdicts import Verdict
from isthmus.apps.excise.stamps.services import keys, listing
from isthmus.apps.excise.stamps.services.verifying import Answer, verify
from isthmus.apps.excise.stamps.wording import PLACES, headline, kind_of_notice, meaning, seen
from isthmus.kit.clock import to_text
from isthmus.ui.components import Fact

INSPECT = "excise.stamp.inspect"
_WORKER = Path(__file__).parents[2] / "static" / "excise" / "stamps-worker.js"


def _facts(answer: Answer) -> tuple[Fact, ...]:
    if not answer.product or answer.found is None or answer.code is None:
        return ()
    facts = (
        Fact(_("Product"), answer.product),
        Fact(_("GTIN"), answer.found.batch.gtin),
        Fact(_("State of the stamp"), PLACES[answer.found.place]),
        Fact(_("Serial"), codes.typed(codes.Code("", "", answer.code.serial))),
        Fact(_("Checked"), seen(answer.seen)),
    )
    return (*facts, Fact(_("First checked"), answer.first_seen)) if answer.first_seen is not None else facts


def _shown(request: HttpRequest, text: str | None, form: CodeForm) -> HttpResponse:
    context: dict[str, object] = {
        "title": _("Check a tax stamp"),
        "lead": _("What the tax administration knows about the number on a bottle."),
        "form": form,
    }
    if text is not None:
        answer = verify(text)
        context |= {
            "kind": kind_of_notice(answer.verdict),
            "headline": headline(answer.verdict),
            "meaning": meaning(answer.verdict),
            "facts": _facts(answer),
        }
    return render(request, "excise/stamps_check.html", context)


@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Anybody types the signs beside a symbol."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    asked = form.cleaned_data["code"] if form.is_bound and form.is_valid() else None
    return _shown(request, asked, form)


@require_GET
def scanned(request: HttpRequest, **_parts: str) -> HttpResponse:
    """The address in a symbol, which a telephone's camera opens."""
    return _shown(request, f"https://{request.get_host().lower()}{request.get_full_path()}", CodeForm())


@require_GET
@authorised(INSPECT)
def inspect(request: ActorRequest) -> HttpResponse:
    """The page that goes on working without a network once it was open."""
    words = {verdict.value: [headline(verdict), meaning(verdict)] for verdict in Verdict}
    words[Verdict.NOT_ACTIVE] = [
        _("This number is not on the list of stamps in use."),
        _("It is not activated, or was withdrawn, since the list was made. Check again with a network."),
    ]
    words[Verdict.UNPROVEN] = [
        _("This code cannot be proved without a network."),
        _("Its number may be on the list, but it carries no signature, or there is no list here."),
    ]
    words[Verdict.IN_ORDER] = [
        _("Signature right, and on the list of stamps in use."),
        _("A copy of the stamp gives the same answer. Compare the product with the bottle."),
    ]
    context = {
        "title": _("Inspect stamps"),
        "lead": _("Works without a network once it was opened with one."),
        "words": words,
        "kinds": {verdict.value: kind_of_notice(verdict) for verdict in Verdict},
    }
    return render(request, "excise/stamps_inspect.html", context)


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """The script that keeps the page on the telephone; from here, so that it may serve the page."""
    return HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


@require_GET
@authorised(INSPECT)
def public_keys(_request: ActorRequest) -> HttpResponse:
    """The public keys of signatures."""
    found = [
        {
            "number": key.number,
            "public": urlsafe_b64encode(key.public).decode("ascii").rstrip("="),
            "made_at": to_text(key.made_at),
        }
        for key in keys.public_keys()
    ]
    return JsonResponse({"node": settings.ISTHMUS.node_id, "keys": found})


@require_GET
@authorised(INSPECT)
def status_filter(_request: ActorRequest) -> HttpResponseBase:
    """The newest status filter."""
    return FileResponse(listing.kept().open("rb"), content_type="application/octet-stream")
