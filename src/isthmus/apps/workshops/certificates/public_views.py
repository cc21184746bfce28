"""What anybody may open without signing in: checking a certificate, and what is needed to do it offline."""

from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from isthmus.apps.workshops.certificates import queries, services
from isthmus.apps.workshops.certificates.formats import credential
from isthmus.apps.workshops.certificates.forms import CheckForm
from isthmus.apps.workshops.certificates.models import Certificate, Ground
from isthmus.apps.workshops.certificates.rules.verdicts import Verdict
from isthmus.apps.workshops.certificates.wording import VERDICTS
from isthmus.kit import base32, clock
from isthmus.kit.errors import NotFound
from isthmus.ui.components import Fact
from isthmus.ui.formats import country_name

_WORKER = Path(__file__).parents[1] / "static" / "workshops" / "certificates-worker.js"


def _facts(answer: queries.Answer) -> tuple[Fact, ...]:
    row = answer.row
    if row is None:
        return (Fact(_("Issued by the node"), answer.sender),) if answer.sender else ()
    told = row.statement
    gone = row.revoked_at is not None
    revoked = (Fact(_("Revoked"), row.revoked_at), Fact(_("Why"), row.get_ground_display())) if gone else ()
    if not told:
        return (Fact(_("Issued"), row.issued_at), Fact(_("Number"), base32.grouped(row.number)), *revoked)
    return (
        Fact(_("Name"), told["person"]),
        Fact(_("Country"), country_name(told["country"]) if told["country"] else None),
        Fact(_("Took part in"), told["workshop"]),
        Fact(_("First day"), date.fromisoformat(told["first"])),
        Fact(_("Last day"), date.fromisoformat(told["last"])),
        Fact(_("Sessions"), tuple(one["title"] for one in told["sessions"]) or None),
        Fact(_("Issued by"), told["organisation"]),
        Fact(_("Issued"), row.issued_at),
        Fact(_("Number"), base32.grouped(row.number)),
        *revoked,
    )


def _shown(request: HttpRequest, text: str | None, form: CheckForm) -> HttpResponse:
    context: dict[str, object] = {
        "title": _("Check a certificate"),
        "lead": _("Whether this node issued a certificate of attendance, and whether it counts."),
        "form": form,
        "words": {one.value: [str(word) for word in VERDICTS[one]] for one in Verdict},
        "grounds": {value: str(label) for value, label in Ground.choices},
        "language": get_language(),
    }
    if text is not None:
        answer = queries.looked_up(text)
        kind, headline, meaning = VERDICTS[answer.verdict]
        context |= {"kind": kind, "headline": headline, "meaning": meaning, "facts": _facts(answer)}
    return render(request, "workshops/certificate_check.html", context)


@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Anybody types a number or pastes an address; once opened, it checks without a network as well."""
    form = CheckForm(request.GET if "code" in request.GET else None)
    asked = form.cleaned_data["code"] if form.is_bound and form.is_valid() else None
    return _shown(request, asked, form)


@require_GET
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """The address in the square, which a telephone's camera opens."""
    return _shown(request, code, CheckForm())


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """The script that keeps the page on the telephone; from here, so that it may serve the page."""
    return HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


def _jwks() -> dict[str, dict[str, object]]:
    found = {}
    for kid, cert in queries.seal_certificates().items():
        public = cert.public_key()
        assert isinstance(public, EllipticCurvePublicKey), "seals are made with P-256"
        found[kid] = credential.jwk(public, kid)
    return found


def _gone() -> list[Certificate]:
    return list(Certificate.objects.exclude(revoked_at=None).order_by("revoked_at", "pk"))


@require_GET
def keys(_request: HttpRequest) -> HttpResponse:
    """The public keys (JWK Set, RFC 7517), and what the page needs beside them to check offline."""
    gone = [
        {"number": one.number, "at": clock.to_text(one.revoked_at), "ground": one.ground}
        for one in _gone()
        if one.revoked_at is not None
    ]
    node, now = settings.ISTHMUS.node_id, clock.to_text(clock.now())
    return JsonResponse({"keys": list(_jwks().values()), "node": node, "made_at": now, "revoked": gone})


@require_GET
def key(_request: HttpRequest, kid: str) -> HttpResponse:
    """One public key, at the address that credentials name."""
    found = _jwks().get(kid)
    if found is None:
        raise NotFound("workshops.no-key", _("There is no such key."))
    return JsonResponse(found)


@require_GET
def revoked_list(_request: HttpRequest) -> HttpResponse:
    """All that was revoked, signed: for `isthmus verify --revoked`, to carry along."""
    answer = HttpResponse(services.revoked_list(), content_type="application/jose")
    answer["Content-Disposition"] = f'attachment; filename="revoked-{settings.ISTHMUS.node_id}.jws"'
    return answer


@require_GET
def badge_list(_request: HttpRequest) -> HttpResponse:
    """The same for programs that read Open Badges (1EdTech revocation list)."""
    url = settings.ISTHMUS.url.rstrip("/")
    issuer = credential.Issuer(url, settings.ISTHMUS.node_id, settings.ISTHMUS.node_name, "")
    listed = [
        {"id": credential.urn(issuer, one.number), "revoked": True, "revocationReason": one.ground}
        for one in _gone()
    ]
    return JsonResponse({"id": f"{url}/C/REVOKED.JSON", "issuer": url, "revokedCredentials": listed})
