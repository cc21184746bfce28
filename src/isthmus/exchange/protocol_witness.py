"""The HTTP edge of witnessing, spoken between nodes: the mutual call, the cosigned head, proofs of growth."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from isthmus.exchange.delivery.client import WITNESS_TYPE
from isthmus.exchange.proofs import prove_growth
from isthmus.exchange.protocol import for_partners, problem
from isthmus.exchange.services.witness.hearing import answer_call
from isthmus.exchange.witnesses import best_known_head
from isthmus.kit.errors import BadInput, NotFound
from isthmus.trust.models import Partner
from isthmus.wire.proof import ConsistencyProof

MAX_MESSAGE = 1_000_000


@require_POST
@for_partners
def witness(request: HttpRequest, partner: Partner) -> HttpResponse:
    """`POST /exchange/v1/witness`: a partner's message about both logs; answered with this node's own."""
    if request.content_type != WITNESS_TYPE or len(request.body) > MAX_MESSAGE:
        raise BadInput("exchange.content-type", f"A message of a witness is a token, sent as {WITNESS_TYPE}.")
    try:
        token = request.body.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise BadInput("exchange.content-type", "A message of a witness is a token in ASCII.") from error
    return HttpResponse(answer_call(partner, token) + "\n", content_type=f"{WITNESS_TYPE}; charset=us-ascii")


@require_GET
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """`GET /exchange/v1/checkpoint`: the newest cosigned head of this log, with its cosignatures.

    The newest head at all where none is cosigned yet. Readable by anyone.
    """
    note = best_known_head()
    if note is None:
        return problem(NotFound("exchange.no-checkpoint", "This log has no checkpoint yet."))
    return HttpResponse(note, content_type="text/plain; charset=utf-8")


def _size(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadInput("exchange.log-size", f"{name} is a size of the log, such as 17.")
    return int(text)


@require_GET
@for_partners
def consistency(request: HttpRequest, _partner: Partner) -> HttpResponse:
    """`GET /exchange/v1/consistency?old=SIZE&new=SIZE`: the proof that the log only grew, for a partner."""
    proof = prove_growth(_size(request, "old"), _size(request, "new"))
    value = ConsistencyProof(
        old_size=proof.old,
        old_root=proof.old_root.hex(),
        size=proof.new,
        path=tuple(step.hex() for step in proof.path),
    )
    return JsonResponse(value.to_json())
