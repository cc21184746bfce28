"""The exchange's HTTP edge, spoken between nodes: node card, inbox, outbox, receipts."""

import json
import logging
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from isthmus.exchange import queries, registry
from isthmus.exchange.delivery import batch_forms
from isthmus.exchange.delivery.client import INBOX, SCHEME
from isthmus.exchange.delivery.recovery import check_asked
from isthmus.exchange.delivery.turns import texts_after
from isthmus.exchange.pace import told, turn_of
from isthmus.exchange.replay import refuse_replay
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery import earlier
from isthmus.exchange.services.witness.silence import came_by_line
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, IsthmusError, NotFound, Refused
from isthmus.trust.models import Partner, PartnerState
from isthmus.trust.services import own_card
from isthmus.trust.validation import KeyRing, check_arrival, key_ring
from isthmus.wire import batch
from isthmus.wire.request import check_request, read_request

_LOG = logging.getLogger("isthmus.exchange.protocol")

PartnerView = Callable[..., HttpResponse]


PROBLEM_TYPE = "application/problem+json"


def problem_of(error: IsthmusError, status: int | None = None) -> dict[str, Any]:
    """RFC 9457 problem details for a partner's program and its operator."""
    return {
        "type": f"urn:isthmus:problem:{error.code}",
        "title": error.code,
        "status": status or error.status,
        "detail": str(error),
    }


def problem(error: IsthmusError, status: int | None = None) -> JsonResponse:
    """The answer that gives an error's problem details."""
    body = problem_of(error, status)
    return JsonResponse(body, status=body["status"], content_type=PROBLEM_TYPE)


def cut_off() -> IsthmusError:
    """The line broke while the body came in: nobody reads this answer, and the partner tries again."""
    error = BadInput("exchange.cut-off", "The request ended before its body did.")
    error.status = 400
    return error


def _authenticated_partner(request: HttpRequest) -> Partner:
    """The partner whose seal key signed this very request; Refused otherwise."""
    authorization = request.headers.get("Authorization", "")
    target = request.get_full_path()
    return authenticate(authorization, request.method or "", target, lambda: request.body)[0]


def authenticate(
    authorization: str, method: str, target: str, body: Callable[[], bytes]
) -> tuple[Partner, KeyRing]:
    """The partner whose seal key signed a request, and its seal keys; Refused otherwise.

    The body is read once the key fits.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme != SCHEME or not token:
        raise Refused("exchange.unsigned", "The request carries no signature of a partner.")
    unverified, claim = read_request(token)
    partner = queries.find_partner(claim.issuer)
    if partner is None or partner.state == PartnerState.PENDING:
        raise Refused("exchange.unknown-partner", f"{claim.issuer} is not a confirmed partner of this node.")
    ring = key_ring(partner)
    check_arrival(ring.check_signature(unverified), claim.issued)
    check_request(
        claim,
        audience=queries.me(),
        method=method,
        target=target,
        body=body(),
        now=clock.now(),
        tolerance=settings.ISTHMUS.request_tolerance,
    )
    refuse_replay(claim)
    if partner.state == PartnerState.SUSPENDED:
        raise Refused("exchange.suspended", "This node has suspended the exchange with you.")
    return partner, ring


def for_partners(view: PartnerView) -> PartnerView:
    """Authenticate the calling node and turn every error into problem details, never a traceback."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **captured: str) -> HttpResponse:
        try:
            partner = _authenticated_partner(request)
            with turn_of(partner.node_id):
                return view(request, partner, **captured)
        except IsthmusError as error:
            return problem(told(request, error))
        except UnreadablePostError as error:
            _LOG.warning("%s %s: cut off: %s", request.method, request.path, error)
            return problem(cut_off())
        except RequestDataTooBig:
            _LOG.warning("%s %s: the body is too large", request.method, request.path)
            return problem(BadInput("exchange.too-large", "No batch is as large as this body."), status=413)
        except OperationalError as error:
            # A full disk or a database that restarts: the partner tries again, nothing was half written.
            _LOG.exception("the database failed during %s", request.path)
            return problem(unavailable(error), status=503)

    return guarded


def unavailable(error: Exception) -> IsthmusError:
    """What a partner is told while the database fails."""
    fault = IsthmusError("exchange.unavailable", "The node cannot store anything now.")
    fault.__cause__ = error
    return fault


def take_push(
    *, authorization: str, content_type: str, read_body: Callable[[], bytes], of_pool: bool = True
) -> list[str]:
    """Receive what a partner pushed; returns the signed answers. A stranger's body is not read.

    ``of_pool`` says whether a thread does so that people and other partners wait for too.
    """
    body = cache(read_body)
    partner, ring = authenticate(authorization, "POST", INBOX, body)
    with turn_of(partner.node_id, of_pool=of_pool):
        return _received(partner, content_type, body(), ring)


def _received(partner: Partner, content_type: str, body: bytes, ring: KeyRing | None = None) -> list[str]:
    if content_type not in batch.FORMS:
        raise BadInput("exchange.content-type", f"A batch is sent as {' or '.join(batch.FORMS)}.")
    return receive(partner, batch.read(body, content_type), ring)


@require_GET
def card(_request: HttpRequest) -> HttpResponse:
    """`GET /.well-known/isthmus`: this node's card, a signed text."""
    try:
        text = own_card(registry.offered_types())
    except IsthmusError as error:
        return problem(error)
    return HttpResponse(text + "\n", content_type="application/jose; charset=us-ascii")


@require_POST
@for_partners
def inbox(request: HttpRequest, partner: Partner) -> HttpResponse:
    """`POST /exchange/v1/inbox`: a batch from a partner; answered with signed receipts and refusals."""
    answers = _received(partner, request.content_type or "", request.body)
    return JsonResponse({"answers": answers}, headers={batch_forms.HEADER: batch_forms.WORDS})


@require_GET
@for_partners
def outbox(request: HttpRequest, partner: Partner, node_id: str) -> HttpResponse:
    """`GET /exchange/v1/outbox/{partner}?after=seq`: what waits for the calling partner behind ``seq``.

    ``stream`` may name the epoch that the number belongs to; of a later one the caller holds nothing.
    """
    if node_id != partner.node_id:
        raise Refused("exchange.foreign-outbox", "A node may only fetch what waits for itself.")
    after = request.GET.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise BadInput("exchange.after", "after is the last number you hold, such as 0 or 17.")
    came_by_line(partner)
    stream = earlier.to_send(partner)
    known = request.GET.get("stream", "")
    held = int(after) if stream is None or known in {"", stream.name} else 0
    check_asked(stream, held)
    # What the caller holds without having receipted it comes again: its answer was lost, not its record.
    texts = texts_after(stream, min(held, stream.settled_seq)) if stream is not None else []
    form = batch_forms.best_of(request.headers.get("Accept", ""))
    return HttpResponse(batch.write(texts, form) if texts else b"", content_type=form)


@require_POST
@for_partners
def receipts(request: HttpRequest, partner: Partner) -> HttpResponse:
    """`POST /exchange/v1/receipts`: a partner's answers to what it fetched."""
    try:
        tokens = json.loads(request.body)["answers"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("exchange.answers", 'The body is JSON such as {"answers": ["..."]}.') from error
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise BadInput("exchange.answers", 'The body is JSON such as {"answers": ["..."]}.')
    problems = earlier.settle_each(partner, tokens)
    if problems is None:
        raise NotFound("exchange.no-stream", "Nothing was ever sent to you.")
    return JsonResponse({"problems": problems})
