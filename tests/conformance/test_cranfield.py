"""Cranfield: 1,400 abstracts and 225 judged questions, ranked by their texts alone.

The index is as good as the best of its kind there, and the first ten of every question are the same on
SQLite and PostgreSQL: both runs compare with one digest. Takes longer than other tests, because all of it is
indexed and asked.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest

from isthmus.search.evaluation import evaluate
from isthmus.search.formats import judgments, smart

DATA = os.environ.get("ISTHMUS_CONFORMANCE_DATA", "")
FOLDER = Path(DATA, "cranfield")
# Renew it with VERSION in rules/words.py, or when a release of Snowball knows other stems.
FIRST_TENS = "a454e5bb617d0318"
pytestmark = [
    pytest.mark.skipif(
        not (DATA and FOLDER.is_dir()), reason="ISTHMUS_CONFORMANCE_DATA names no folder with cranfield"
    ),
    pytest.mark.django_db,
]


def lines(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="ascii").splitlines(keepends=True)


def test_it_ranks_as_well_as_asked_and_alike_on_every_database():
    documents = list(smart.read(lines("cran.all.1400"), "en"))
    questions = list(smart.read(lines("cran.qry"), "en"))
    found = evaluate(documents, questions, judgments.read(lines("cranqrel")))
    assert (found.documents, found.questions) == (1_400, 225)
    assert found.ndcg_at_10 >= 0.370
    assert found.mean_average_precision >= 0.28
    assert found.recall_at_100 >= 0.72
    tens = {question: list(ranking[:10]) for question, ranking in sorted(found.rankings.items())}
    assert hashlib.sha256(json.dumps(tens).encode()).hexdigest()[:16] == FIRST_TENS
