"""What programs ask about needs, offers and introductions, and what they are answered."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.exchange.api.fields import Moment, Shown, StrictBody, Text, plain_digits
from isthmus.exchange.api.paging import Paged

_KEY = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}
NeedId = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1, description="The key of a need in this node."),
    WithJsonSchema(_KEY),
]
IntroductionId = Annotated[
    int,
    BeforeValidator(plain_digits),
    Field(ge=1, le=2**53 - 1, description="The key of an introduction in this node."),
    WithJsonSchema(_KEY),
]
Key = Annotated[int, Field(ge=1, le=2**53 - 1)]


class ListingSearch(Paged):
    """Which needs or offers."""

    state: Literal["open", "own"] | None = None


class IntroductionAsked(StrictBody):
    """Of which need and offer; one of the two is of the token's organisation, and its side asks."""

    need: Key
    offer: Key


class IntroductionAnswered(StrictBody):
    """Whether the side that was asked agrees; a refusal needs its reason."""

    agree: bool
    reason: Annotated[Text, Field(max_length=2000)] = ""


class ListingShown(Shown):
    """A need or an offer, as partners know it too: no name, no contact, no exact figure."""

    id: int
    reference: str
    kind: str = Field(description="need or offer.")
    node: str = Field(description="Id of the partner's node; empty: of this node.")
    country: str
    title: str
    product: str
    text: str
    language: str
    hs_code: str
    unit: str
    volume_class: int = Field(description="0: below 100, and ten times as much with each class.")
    levels: list[str]
    local_content: int | None
    certificates: list[str]
    countries: list[str]
    confirmed_at: Moment
    expires_at: Moment
    is_open: bool


class ListingsShown(Shown):
    """One page of needs or offers, the newest first."""

    items: list[ListingShown]
    next: str | None


class MatchItemShown(Shown):
    """One reason with its points, in millionths."""

    name: str
    detail: str
    count: int
    points: int
    why: str


class FusedPartShown(Shown):
    """What the rank in one list gives, in millionths."""

    list: str
    rank: int
    points: int


class MatchShown(Shown):
    """An offer that fits. ``score`` is the sum of the items' points, in millionths."""

    place: int
    score: int
    capacity_known: bool = Field(description="False: the two are of one class; the figures are not known.")
    items: list[MatchItemShown]
    fused: list[FusedPartShown] = Field(description="Only where a ranker takes part; its sum decides then.")
    fused_score: int | None
    listing: ListingShown


class LeftOutShown(Shown):
    """How many were left out for a reason; one may be left out for several."""

    reason: str
    count: int


class MatchesShown(Shown):
    """All offers that fit a need, the best first."""

    of: ListingShown
    matches: list[MatchShown]
    left_out: list[LeftOutShown]
    ranker_failed: bool


class CertificateShown(Shown):
    """A certificate of the other side."""

    kind: str
    number: str | None
    valid_until: str | None


class OtherSideShown(Shown):
    """Who the other side is; known once both have agreed."""

    organisation: str
    contact: str
    email: str
    phone: str | None
    quantity: int | None
    certificates: list[CertificateShown]
    incoterm: str | None
    payment: str | None


class IntroductionShown(Shown):
    """An introduction; of the other side only what its stage allows."""

    id: int
    reference: str
    node: str = Field(description="Id of the partner's node; empty: both are of this node.")
    need: int
    offer: int
    asked_by: str
    asked_here: bool
    state: str
    stage: int = Field(description="1 goods and country; 2 both agreed; 3 names and contacts.")
    asked_at: Moment
    answered_at: Moment | None
    reason: str
    other_side: OtherSideShown | None


class IntroductionsShown(Shown):
    """One page of introductions, the newest first."""

    items: list[IntroductionShown]
    next: str | None
