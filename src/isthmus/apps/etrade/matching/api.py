"""Private matching for programs: ask a partner, see what matches, send it."""

from datetime import date
from typing import Any, Literal

from ninja import Query
from ninja.responses import Status
from pydantic import Field

from isthmus.accounts.api import TokenRequest, organisation_of
from isthmus.accounts.policy import require, visible
from isthmus.apps.etrade.api_fields import Identifier, seen
from isthmus.apps.etrade.matching.models import MatchRound, TokenKind
from isthmus.apps.etrade.matching.queries import Hit, hits_of
from isthmus.apps.etrade.matching.services import asking
from isthmus.apps.etrade.models import Declaration, Direction, Origin
from isthmus.apps.etrade.records.parts import Day
from isthmus.exchange.api.fields import Moment, NodeId, Shown, StrictBody, example_of
from isthmus.exchange.api.paging import Paged, take_page
from isthmus.exchange.api.routes import Routes

VIEW = "etrade.match.view"
ASK = "etrade.match.ask"
DECLARATIONS = "etrade.declaration.view"
SEND = "etrade.declaration.send"
Declared = Literal["export", "import"]
router = Routes("private matching")

_EXAMPLE: dict[str, Any] = {
    "id": 4,
    "number": "MM-M-4",
    "origin": "own",
    "partner": "cn",
    "direction": "export",
    "from_day": "2026-11-01",
    "until_day": "2026-11-30",
    "at_once": False,
    "declarations": 212,
    "tokens": 784,
    "compared": 340,
    "asked_at": "2026-12-01T08:00:00Z",
    "answered_at": "2026-12-01T08:04:10Z",
    "problem": "",
}


class MatchShown(Shown):
    """A comparison by keyed hashes: minimisation, not anonymity."""

    model_config = example_of(**_EXAMPLE)

    id: int
    number: str
    origin: Origin = Field(description="Whether it was asked here or by the partner.")
    partner: NodeId
    direction: Declared = Field(description="Of which declarations of the asker the hashes are.")
    from_day: date
    until_day: date
    at_once: bool = Field(description="Whether what surely matches is sent as soon as the answer is here.")
    declarations: int | None = Field(description="Declarations hashed; null for one that a partner asked.")
    tokens: int = Field(description="Keyed hashes that were sent.")
    compared: int | None = Field(description="Declarations compared with; null until it is answered.")
    asked_at: Moment
    answered_at: Moment | None
    problem: str = Field(description="What holds up the answer or the sending; else empty.")


class HitShown(Shown):
    """A declaration of this node that the partner knows as well."""

    id: int
    number: str
    kinds: list[TokenKind] = Field(description="What of it matches.")
    sure: bool = Field(description="A document or container matches, or two of the other marks.")
    sent_at: Moment | None


class MatchWhole(MatchShown):
    """A comparison with what matches."""

    model_config = example_of(
        **_EXAMPLE,
        hits=[
            {
                "id": 17,
                "number": "26MM0000000000017",
                "kinds": ["doc", "goods"],
                "sure": True,
                "sent_at": None,
            }
        ],
    )

    hits: list[HitShown]


class MatchPage(Shown):
    """A page of comparisons."""

    items: list[MatchShown]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class MatchAsked(StrictBody):
    """Whom to ask about which declarations of the program's organisation."""

    to: NodeId
    direction: Declared = "export"
    from_day: Day = Field(description="First day of the declarations, as 2026-11-01.")
    until_day: Day = Field(description="Last day of the declarations.")
    at_once: bool = False


class MatchSending(StrictBody):
    """Which matches to send."""

    perhaps: bool = Field(False, description="Also those that match perhaps, not only the sure ones.")


class MatchSent(Shown):
    """How many declarations went; those that the partner has already are not among them."""

    sent: int


def _whole(request: TokenRequest, asked: MatchRound) -> MatchWhole:
    rows = visible(request.actor, DECLARATIONS, Declaration.objects.all())
    found = [_hit(hit) for hit in hits_of(asked, rows)]
    return MatchWhole(**_shown(asked), hits=found)


def _hit(hit: Hit) -> HitShown:
    return HitShown(
        id=hit.declaration.pk,
        number=hit.declaration.number,
        kinds=list(hit.kinds),
        sure=hit.sure,
        sent_at=hit.sent_at,
    )


def _shown(asked: MatchRound) -> dict[str, Any]:
    return {name: asked.pk if name == "id" else getattr(asked, name) for name in MatchShown.model_fields}


@router.get("/matches", response=MatchPage, summary="List private matchings")
def list_matches(request: TokenRequest, asked: Query[Paged]) -> MatchPage:
    """Comparisons by keyed hashes, asked here or by partners, newest first."""
    require(request.actor, VIEW)
    rows = visible(request.actor, VIEW, MatchRound.objects.all())
    found, cursor = take_page(rows.order_by("-pk"), asked)
    return MatchPage(items=[MatchShown(**_shown(row)) for row in found], next=cursor)


@router.post("/matches", response={201: MatchWhole}, summary="Ask by keyed hashes")
def ask_match(request: TokenRequest, asked: MatchAsked) -> Status[MatchWhole]:
    """Send a partner keyed hashes of declarations that it does not have, of these days.

    This is minimisation, not anonymity: the partner holds the same secret and can try values.
    """
    require(request.actor, ASK)
    row = asking.ask(
        asked.to,
        Direction(asked.direction),
        (date.fromisoformat(asked.from_day), date.fromisoformat(asked.until_day)),
        visible(request.actor, ASK, Declaration.objects.all()),
        actor=request.actor.label,
        organisation_id=organisation_of(request.actor).pk,
        at_once=asked.at_once,
    )
    return Status(201, _whole(request, row))


@router.get("/matches/{match}", response=MatchWhole, summary="Read a private matching")
def read_match(request: TokenRequest, match: Identifier) -> MatchWhole:
    """One comparison with the declarations of this node that match."""
    return _whole(request, seen(request, VIEW, MatchRound.objects.all(), match))


@router.post("/matches/{match}/send", response=MatchSent, summary="Send what matches")
def send_matches(request: TokenRequest, match: Identifier, asked: MatchSending) -> MatchSent:
    """Send the partner the declarations that surely match, or all that match, as far as agreed."""
    row = seen(request, VIEW, MatchRound.objects.all(), match)
    require(request.actor, SEND)
    hits = hits_of(row, visible(request.actor, SEND, Declaration.objects.all()))
    chosen = {hit.declaration.pk for hit in hits if hit.sure or asked.perhaps}
    return MatchSent(sent=asking.send_hits(row, chosen, actor=request.actor.label))
