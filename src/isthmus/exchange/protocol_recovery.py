"""What nodes ask each other after one of them came back from an older state."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from isthmus.exchange.protocol import for_partners
from isthmus.exchange.services.recovery import giving, reopening, taking
from isthmus.exchange.services.recovery.exchange_form import Wanted, read_given
from isthmus.kit.errors import BadInput, Refused
from isthmus.trust.models import Partner

_JSON = "application/json"


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "0")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadInput("exchange.after", f"{name} is a number, such as 0 or 17.")
    return int(text)


def _answer(wanted: Wanted | None) -> HttpResponse:
    return HttpResponse("null" if wanted is None else wanted.model_dump_json(), content_type=_JSON)


def _check_self(partner: Partner, node_id: str) -> None:
    if node_id != partner.node_id:
        raise Refused("exchange.foreign-outbox", "A node may only ask about its own streams.")


@require_GET
@for_partners
def held(request: HttpRequest, partner: Partner, node_id: str) -> HttpResponse:
    """`GET /exchange/v1/held/{partner}`: how far this node got in the caller's stream.

    ``stream``, ``after``, ``incoming`` and ``receipted`` as in `Wanted`; with ``signed=1`` also what it holds
    behind them.
    """
    _check_self(partner, node_id)
    given = giving.give_back(
        partner,
        request.GET.get("stream", ""),
        _number(request, "after"),
        request.GET.get("incoming", ""),
        _number(request, "receipted"),
        signed=request.GET.get("signed") == "1",
    )
    return HttpResponse(given.model_dump_json(), content_type=_JSON)


@require_GET
@for_partners
def wanted(_request: HttpRequest, partner: Partner, node_id: str) -> HttpResponse:
    """`GET /exchange/v1/wanted/{partner}`: what this node has lost and the caller may give back, or null."""
    _check_self(partner, node_id)
    return _answer(taking.wanted(partner))


@require_POST
@for_partners
def returned(request: HttpRequest, partner: Partner) -> HttpResponse:
    """`POST /exchange/v1/returned`: a portion of what this node lost; answered with what it wants next."""
    brought = taking.take_back(partner, read_given(request.body))
    reopening.clear_unannounced("node")
    return _answer(brought.wanted)
