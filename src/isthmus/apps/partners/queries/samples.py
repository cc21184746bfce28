"""Bodies that somebody may see, for the dry run of an agreement."""

from django.db.models import QuerySet

from isthmus.accounts.policy import Actor
from isthmus.apps.partners.models import Letter, Listing
from isthmus.apps.partners.queries import bodies
from isthmus.apps.partners.queries.introductions import introductions_for, letters_for
from isthmus.apps.partners.queries.listings import own_for
from isthmus.apps.partners.rules.standing import Says
from isthmus.exchange.application import Sample

MOST = 20


def _listings(rows: QuerySet[Listing]) -> list[Sample]:
    return [Sample(row.title, bodies.listing_of(row).model_dump(mode="json")) for row in rows[:MOST]]


def needs(actor: Actor) -> list[Sample]:
    """Needs of the actor's organisations."""
    return _listings(own_for(actor).filter(kind="need").order_by("-pk"))


def offers(actor: Actor) -> list[Sample]:
    """Offers of the actor's organisations."""
    return _listings(own_for(actor).filter(kind="offer").order_by("-pk"))


def introductions(actor: Actor) -> list[Sample]:
    """Introductions as they are agreed: with all details that then leave this node."""
    return [
        Sample(
            row.own.title,
            bodies.introduction_of(row, Says.AGREED, details=row.own).model_dump(mode="json"),
        )
        for row in introductions_for(actor).order_by("-pk")[:MOST]
    ]


def letters(actor: Actor) -> list[Sample]:
    """Letters of intent written here."""
    rows = letters_for(actor).filter(is_own=True).exclude(state=Letter.State.DRAFT).order_by("-pk")
    return [Sample(row.reference, bodies.letter_of(row).model_dump(mode="json")) for row in rows[:MOST]]


def letter_answers(actor: Actor) -> list[Sample]:
    """What this node said of letters that it declined or withdrew."""
    rows = letters_for(actor).exclude(ended_by="").exclude(reason="").order_by("-pk")[:MOST]
    ended = [row for row in rows if row.state in {Letter.State.DECLINED, Letter.State.WITHDRAWN}]
    return [Sample(row.reference, bodies.letter_answer_of(row).model_dump(mode="json")) for row in ended]
