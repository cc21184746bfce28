"""The nodes' edge for news about keys: roll-overs and revocations ahead of their place in the stream."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from isthmus.exchange import queries
from isthmus.exchange.delivery import key_news
from isthmus.exchange.pace import take_news_turn, told
from isthmus.exchange.protocol import for_partners, problem
from isthmus.exchange.services.keys import take_news
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.trust.models import Partner, PartnerState


@csrf_exempt
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """`/exchange/v1/keys`: a partner tells its new keys (POST), or asks for this node's (GET)."""
    return _told(request) if request.method == "POST" else _asked(request)


@for_partners
def _asked(request: HttpRequest, partner: Partner) -> HttpResponse:  # noqa: ARG001  the signature of such views
    return HttpResponse(key_news.told(partner), content_type="application/json")


def _told(request: HttpRequest) -> HttpResponse:
    """Unsigned as a request, since its signer is what is not known yet: each record in it proves itself."""
    try:
        return JsonResponse({"learnt": _take(request)})
    except IsthmusError as error:
        return problem(told(request, error))


def _take(request: HttpRequest) -> int:
    take_news_turn(request)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > key_news.LONGEST:
        raise BadInput("exchange.too-large", "No news about keys is as large as this body.")
    try:
        node, records = key_news.read(request.body)
    except ValueError as error:
        raise BadInput(
            "exchange.key-news", 'The body is JSON such as {"node": "mm", "records": ["..."]}.'
        ) from error
    partner = queries.find_partner(node)
    if partner is None or partner.state == PartnerState.PENDING:
        raise Refused("exchange.unknown-partner", f"{node} is not a confirmed partner of this node.")
    take_news_turn(request, partner.node_id)
    return take_news(partner, records)
