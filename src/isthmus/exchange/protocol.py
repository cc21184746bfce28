"""The exchange's HTTP edge, spoken between nodes: node card, inbox, outbox, receipts, checkpoint."""

import json
import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from isthmus.exchange import queries, registry
from isthmus.exchange.delivery.client import BATCH_TYPE, SCHEME
from isthmus.exchange.delivery.turns import tokens_after
from isthmus.exchange.models import Checkpoint
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, IsthmusError, NotFound, Refused
from isthmus.trust.models import Partner, PartnerState
from isthmus.trust.services import own_card
from isthmus.trust.validation import key_ring
from isthmus.wire import batch
from isthmus.wire.request import check_request, read_request

_LOG = logging.getLogger("isthmus.exchange.protocol")

PartnerView = Callable[..., HttpResponse]


def problem(error: IsthmusError, status: int | None = None) -> JsonResponse:
    """RFC 9457 problem details for a partner's program and its operator."""
    body = {
        "type": f"urn:isthmus:problem:{error.code}",
        "title": error.code,
        "status": status or error.status,
        "detail": str(error),
    }
    return JsonResponse(body, status=status or error.status, content_type="application/problem+json")


def _authenticated_partner(request: HttpRequest) -> Partner:
    """The partner whose seal key signed this very request; Refused otherwise."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != SCHEME or not token:
        raise Refused("exchange.unsigned", "The request carries no signature of a partner.")
    unverified, claim = read_request(token)
    partner = queries.find_partner(claim.issuer)
    if partner is None or partner.state == PartnerState.PENDING:
        raise Refused("exchange.unknown-partner", f"{claim.issuer} is not a confirmed partner of this node.")
    key_ring(partner).check_signature(unverified)
    check_request(
        claim,
        audience=queries.me(),
        method=request.method or "",
        target=request.get_full_path(),
        body=request.body,
        now=clock.now(),
        tolerance=settings.ISTHMUS.clock_tolerance,
    )
    if partner.state == PartnerState.SUSPENDED:
        raise Refused("exchange.suspended", "This node has suspended the exchange with you.")
    return partner


def _for_partners(view: PartnerView) -> PartnerView:
    """Authenticate the calling node and turn every error into problem details, never a traceback."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **captured: str) -> HttpResponse:
        try:
            partner = _authenticated_partner(request)
            return view(request, partner, **captured)
        except IsthmusError as error:
            _LOG.warning("%s %s: %s", request.method, request.path, error)
            return problem(error)
        except UnreadablePostError as error:
            # The line broke while the body came in: nobody reads this answer, and the partner tries again.
            _LOG.warning("%s %s: cut off: %s", request.method, request.path, error)
            return problem(BadInput("exchange.cut-off", "The request ended before its body did."), status=400)
        except RequestDataTooBig:
            _LOG.warning("%s %s: the body is too large", request.method, request.path)
            return problem(BadInput("exchange.too-large", "No batch is as large as this body."), status=413)
        except OperationalError as error:
            # A full disk or a database that restarts: the partner tries again, nothing was half written.
            _LOG.exception("the database failed during %s", request.path)
            return problem(_unavailable(error), status=503)

    return guarded


def _unavailable(error: Exception) -> IsthmusError:
    unavailable = IsthmusError("exchange.unavailable", "The node cannot store anything now.")
    unavailable.__cause__ = error
    return unavailable


@require_GET
def card(_request: HttpRequest) -> HttpResponse:
    """`GET /.well-known/isthmus`: this node's card, a signed text."""
    try:
        text = own_card(registry.offered_types())
    except IsthmusError as error:
        return problem(error)
    return HttpResponse(text + "\n", content_type="application/jose; charset=us-ascii")


@require_POST
@_for_partners
def inbox(request: HttpRequest, partner: Partner) -> HttpResponse:
    """`POST /exchange/v1/inbox`: a batch from a partner; answered with signed receipts and refusals."""
    if request.content_type != BATCH_TYPE:
        raise BadInput("exchange.content-type", f"A batch is sent as {BATCH_TYPE}.")
    return JsonResponse({"answers": receive(partner, batch.unpack(request.body))})


@require_GET
@_for_partners
def outbox(request: HttpRequest, partner: Partner, node_id: str) -> HttpResponse:
    """`GET /exchange/v1/outbox/{partner}?after=seq`: what waits for the calling partner behind ``seq``."""
    if node_id != partner.node_id:
        raise Refused("exchange.foreign-outbox", "A node may only fetch what waits for itself.")
    after = request.GET.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise BadInput("exchange.after", "after is the last number you hold, such as 0 or 17.")
    stream, _ = queries.stream_pair(partner)
    tokens = tokens_after(stream, int(after)) if stream is not None else []
    return HttpResponse(batch.pack(tokens) if tokens else b"", content_type=BATCH_TYPE)


@require_POST
@_for_partners
def receipts(request: HttpRequest, partner: Partner) -> HttpResponse:
    """`POST /exchange/v1/receipts`: a partner's answers to what it fetched."""
    try:
        tokens = json.loads(request.body)["answers"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("exchange.answers", 'The body is JSON such as {"answers": ["..."]}.') from error
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise BadInput("exchange.answers", 'The body is JSON such as {"answers": ["..."]}.')
    stream, _ = queries.stream_pair(partner)
    if stream is None:
        raise NotFound("exchange.no-stream", "Nothing was ever sent to you.")
    return JsonResponse({"problems": list(settle(stream, tokens))})


@require_GET
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """`GET /exchange/v1/checkpoint`: this node's newest signed log head, readable by anyone."""
    newest = Checkpoint.objects.filter(node_id=queries.me()).first()
    if newest is None:
        return problem(NotFound("exchange.no-checkpoint", "This log has no checkpoint yet."))
    return HttpResponse(newest.note, content_type="text/plain; charset=utf-8")
