"""What became of records: their text erased, given back after a loss, or numbered later."""

from isthmus.apps.experts.models import Crossing, Engagement, Expert
from isthmus.apps.experts.services.indexing import KIND
from isthmus.exchange.handlers import Erasing, Received
from isthmus.kit import clock
from isthmus.search.services import remove


def erase(erasing: Erasing) -> None:
    """Delete what was made of a record: a received profile with its place in the index, or a statement."""
    leaf = erasing.leaf
    Crossing.objects.filter(leaf=leaf, erased_at=None).update(erased_at=clock.now())
    rows = Expert.objects.filter(leaf=leaf)
    if not erasing.sent and leaf:
        remove(KIND, list(rows.values_list("key", flat=True)))
        rows.delete()
    Engagement.objects.filter(engager_leaf=leaf).update(engager_words="", engager_leaf="")
    Engagement.objects.filter(expert_leaf=leaf).update(expert_words="", expert_leaf="")


def restore(_received: Received) -> None:
    """A record that this node lost came back. It stands in the list of records; nothing is done twice."""


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    Crossing.objects.filter(leaf=stand_in).update(leaf=leaf)
    Engagement.objects.filter(engager_leaf=stand_in).update(engager_leaf=leaf)
    Engagement.objects.filter(expert_leaf=stand_in).update(expert_leaf=leaf)
