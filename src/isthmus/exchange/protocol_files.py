"""The part of the nodes' HTTP edge that moves files: pushed by their sender, or fetched.

Both only for files that a record between the two nodes names. Every request can be made again: what is here
already stays, and the answer says what is missing.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from isthmus.exchange.protocol import for_partners
from isthmus.exchange.services import subjects
from isthmus.exchange.services.attachments import accept_manifest, store_chunk
from isthmus.exchange.services.attachments.keeping import chunk_at, manifest_of
from isthmus.exchange.services.attachments.leaving import note_arrived, sent_to
from isthmus.kit.errors import BadInput, NotFound
from isthmus.trust.models import Partner
from isthmus.wire.attachment import AttachmentManifest

CHUNK_TYPE = "application/octet-stream"


def _gone(digest: str) -> NotFound:
    return NotFound("exchange.attachment-gone", f"This part of the file {digest[:12]} is not here.")


@require_http_methods(["GET", "POST"])
@for_partners
def attachment(request: HttpRequest, partner: Partner, digest: str) -> HttpResponse:
    """`/exchange/v1/attachments/{sha256}`: POST takes a manifest and names what is missing, GET gives one.

    The answer to a POST is ``{"missing": [[first, end], ...]}``; empty where the file is whole or erased.
    """
    if request.method == "POST":
        manifest = AttachmentManifest.from_bytes(request.body)
        if manifest.sha256 != digest:
            raise BadInput("exchange.attachment-address", "The manifest is of another file than its address.")
        gaps = accept_manifest(partner, manifest)
        return JsonResponse({"missing": [[gap.start, gap.stop] for gap in gaps]})
    found = manifest_of(sent_to(partner, digest))
    if found is None:
        raise _gone(digest)
    return HttpResponse(found.to_bytes(), content_type="application/json")


@require_http_methods(["GET", "POST"])
@for_partners
def chunk(request: HttpRequest, partner: Partner, digest: str, index: str) -> HttpResponse:
    """`/exchange/v1/attachments/{sha256}/chunks/{index}`: POST takes one chunk, GET gives it."""
    if request.method == "POST":
        return JsonResponse({"done": store_chunk(partner, digest, int(index), request.body)})
    data = chunk_at(sent_to(partner, digest), int(index))
    if data is None:
        raise _gone(digest)
    return HttpResponse(data, content_type=CHUNK_TYPE)


@require_http_methods(["GET", "POST"])
@for_partners
def subject_key(request: HttpRequest, partner: Partner, digest: str) -> HttpResponse:
    """`/exchange/v1/attachments/{sha256}/key`: the key of a file about a person, sealed for the other node.

    A GET is answered with an empty body for a file that is not encrypted.
    """
    if request.method == "POST":
        subjects.take_key(partner, request.body.decode("ascii", errors="replace"))
        return JsonResponse({})
    row = sent_to(partner, digest)
    sealed = subjects.seal_for(partner, row) if row.subject_key is not None else ""
    return HttpResponse(sealed, content_type="application/jose")


@require_POST
@for_partners
def arrived(_request: HttpRequest, partner: Partner, digest: str) -> HttpResponse:
    """`POST /exchange/v1/attachments/{sha256}/arrived`: a partner that fetches says that it has all of it."""
    note_arrived(partner, digest)
    return JsonResponse({})
