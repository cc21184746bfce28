"""The search of the network for programs: what the token may see, and every item of each score."""

from typing import Annotated

from ninja import Query
from pydantic import BeforeValidator, Field, WithJsonSchema

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.policy import require
from isthmus.exchange.api.fields import Asked, Shown, Text, example_of, plain_digits
from isthmus.exchange.api.routes import Routes
from isthmus.node.network import asking
from isthmus.node.network.asking import Result
from isthmus.node.network.kinds import VIEW
from isthmus.search.queries import MOST_RESULTS

router = Routes("search")

_LARGEST_PAGE = 100


def _number(most: int, usual: int, words: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "integer", "minimum": 1, "maximum": most, "default": usual, "description": words}
    )


class SearchAsked(Asked):
    """A question over all kinds, or over one."""

    q: Text = Field(
        description="The question, in words; at most 50 are looked for.", examples=["excise stamps"]
    )
    kind: Text | None = Field(None, description="Only this kind, such as `experts`.", examples=["experts"])
    language: Text | None = Field(
        None,
        max_length=35,
        description="The language of the question as a tag; the node's and English are asked too.",
    )
    page: Annotated[
        int,
        BeforeValidator(plain_digits),
        Field(ge=1, le=MOST_RESULTS),
        _number(MOST_RESULTS, 1, "Which page; only the first thousand documents are listed."),
    ] = 1
    limit: Annotated[
        int,
        BeforeValidator(plain_digits),
        Field(ge=1, le=_LARGEST_PAGE),
        _number(_LARGEST_PAGE, asking.PER_PAGE, "How many documents a page holds."),
    ] = asking.PER_PAGE


class SearchReasonShown(Shown):
    """What one word adds to a score."""

    word: str
    part: str = Field(description="Where it stands: `title` or `text`.")
    count: int = Field(description="How often it stands there.")
    points_millionths: int


class SearchHitShown(Shown):
    """A document that was found; `score_millionths` is the sum of its items."""

    model_config = example_of(
        kind="experts",
        key="0199a1b2c3d4",
        title="Excise stamps",
        excerpt="Printing and control of excise stamps",
        url="/experts/0199a1b2c3d4/",
        facts=["Moldova"],
        language="en",
        score_millionths=3122000,
        items=[{"word": "excise", "part": "title", "count": 1, "points_millionths": 3122000}],
    )

    kind: str
    key: str = Field(description="The application's own key of it.")
    title: str
    excerpt: str
    url: str = Field(description="Its page on this node.")
    facts: list[str]
    language: str
    score_millionths: int
    items: list[SearchReasonShown]


class SearchShown(Shown):
    """A page of hits, the best first; `more` says whether there is a next one."""

    items: list[SearchHitShown]
    page: int
    more: bool


def _hit(result: Result) -> SearchHitShown:
    return SearchHitShown(
        kind=result.kind,
        key=result.hit.key,
        title=result.sighting.title,
        excerpt="".join(piece.text for piece in result.hit.excerpt),
        url=result.sighting.url,
        facts=list(result.sighting.facts),
        language=result.hit.language,
        score_millionths=result.score,
        items=[
            SearchReasonShown(word=one.word, part=one.part, count=one.count, points_millionths=one.points)
            for one in result.items
        ],
    )


@router.get("", response=SearchShown, summary="Search the network")
def search_network(request: TokenRequest, asked: Annotated[SearchAsked, Query()]) -> SearchShown:
    """The documents that answer best of all that the token may see, each with every item of its score."""
    require(request.actor, VIEW)
    spoken = [asked.language, *asking.languages()] if asked.language else []
    found = asking.ask(
        request.actor, asked.q, kind=asked.kind or "", page=asked.page, size=asked.limit, spoken=spoken
    )
    return SearchShown(items=[_hit(one) for one in found.results], page=found.page, more=found.more)
