"""Writes topics in a node until it is killed, or says how its index stands beside them; sample data.

``python -m tests.processes.topics_writer write`` prints a line a topic once it is committed; ``look`` prints
as JSON the topics, the documents of the index, and every posting before and after a rebuild.
"""

import itertools
import json
import os
import sys

import django

WORDS = ("solar", "stamps", "barge", "seal", "ledger", "harvest", "bridge", "signal", "vaccine", "river")


def write() -> None:
    """Propose topics without end, each another."""
    from isthmus.accounts.models import Organisation
    from isthmus.apps.projects.services import proposing

    office, _made = Organisation.objects.get_or_create(code="trade", defaults={"name": "Trade (sample)"})
    for number in itertools.count(1):
        said = [WORDS[(number * step + step) % len(WORDS)] for step in range(1, 40)]
        given = {"title": f"Topic {number} on {said[0]}", "text": " ".join(said), "language": "en"}
        topic = proposing.propose(office, given, actor="sample")
        print(topic.reference, flush=True)


def _postings() -> list[list[object]]:
    from isthmus.search.models import Posting

    rows = Posting.objects.values_list(
        "document__key", "term__text", "title_count", "text_count", "title_words", "text_words"
    )
    return sorted(list(row) for row in rows)


def _extent() -> list[int]:
    from django.db.models import Sum

    from isthmus.search.models import Tally

    sums = Tally.objects.aggregate(Sum("documents"), Sum("title_words"), Sum("text_words"))
    return [int(value or 0) for value in sums.values()]


def look() -> None:
    """The state of rows and index."""
    from isthmus.apps.projects.models import Topic
    from isthmus.search import services
    from isthmus.search.models import Document

    topics = [f"{row.lead}/{row.reference}" for row in Topic.objects.order_by("pk")]
    found = sorted(Document.objects.filter(collection__name="topics").values_list("key", flat=True))
    before, extent = _postings(), _extent()
    services.rebuild(lambda _done, _total: None)
    told = {
        "topics": sorted(topics),
        "documents": found,
        "extent": extent,
        "postings": len(before),
        "same": before == _postings() and extent == _extent(),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
    django.setup()
    {"write": write, "look": look}[sys.argv[1]]()
