"""How good a ranking is: nDCG, average precision and recall over judged documents (Järvelin and Kekäläinen,
2002).
"""

import math
from collections.abc import Collection, Sequence


def _gain(hits: Sequence[bool]) -> float:
    return sum(1.0 / math.log2(place + 2) for place, hit in enumerate(hits) if hit)


def ndcg(ranking: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """Discounted gain of the first ``depth`` beside the best possible, from 0 to 1; relevance is yes or
    no.
    """
    best = _gain([True] * min(depth, len(relevant)))
    return _gain([key in relevant for key in ranking[:depth]]) / best if best else 0.0


def average_precision(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Mean of the precision at each relevant document, from 0 to 1; those not found count as 0."""
    found, total = 0, 0.0
    for place, key in enumerate(ranking, start=1):
        if key in relevant:
            found += 1
            total += found / place
    return total / len(relevant) if relevant else 0.0


def recall(ranking: Sequence[str], relevant: Collection[str], depth: int = 100) -> float:
    """The share of the relevant documents that is among the first ``depth``, from 0 to 1."""
    return sum(key in relevant for key in ranking[:depth]) / len(relevant) if relevant else 0.0
