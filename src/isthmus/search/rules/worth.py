"""What a word is worth in a document: BM25 in whole millionths, so that every database finds the same.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with k1 = 1.2 and b =
0.75 and the weight of a word that cannot fall below nothing, ln(1 + (N - n + 0.5) / (n + 0.5)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

MILLION = 1_000_000
GROWTH = 2_200_000  # k1 + 1
FLAT = 300_000  # k1 * (1 - b)
LONG = 900_000  # k1 * b
MOST_COUNT = 1_000
"""Beyond this a further occurrence changes nothing: counts are kept up to here."""
MOST_LENGTH = 1_000_000
MOST_DOCUMENTS = 10_000_000
"""With more words in a document or more documents than these, 64 bits would not hold what is computed."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to find in: documents, and their words in one part."""

    documents: int
    words: int


def telling(documents: int, holding: int) -> int:
    """How much a word tells, in millionths, that stands in ``holding`` of so many documents.

    Computed in decimals, whose logarithm is rounded the same on every machine.
    """
    with localcontext() as context:
        context.prec = 28
        rarity = (Decimal(2 * (documents - holding)) + 1) / (Decimal(2 * holding) + 1)
        return max(1, int(((1 + rarity).ln() * MILLION).to_integral_value()))


def worth(telling: int, count: int, length: int, extent: Extent) -> int:
    """What ``count`` occurrences of a word add to a document of ``length`` words, in millionths, rounded
    down.

    ``ranking`` has the same in SQL; whole numbers divide alike in Python, SQLite and PostgreSQL.
    """
    return telling * count * GROWTH // (MILLION * count + FLAT + relative_length(length, extent))


def relative_length(length: int, extent: Extent) -> int:
    """How long a document is beside the average, times 0.9, in millionths; with no words at all, 0."""
    return LONG * length * extent.documents // max(extent.words, 1)


def most(telling: int) -> int:
    """More than any number of occurrences can be worth."""
    return telling * GROWTH // MILLION + 1


def enough(bounds: Sequence[int], least: int) -> int:
    """How many of the first words decide which documents are the best, when the last of these has ``least``.

    ``bounds`` say what each word can add at most, in the order in which the words are looked up. A document
    that has none of the first words stays strictly below ``least`` (MaxScore; Turtle and Flood, 1995), so
    nothing is missed.
    """
    rest = sum(bounds)
    for place, bound in enumerate(bounds):
        if rest < least:
            return place
        rest -= bound
    return len(bounds)
