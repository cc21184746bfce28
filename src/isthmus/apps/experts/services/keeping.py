"""What became of records: their text erased, or numbered later. Given back: see ``restoring``."""

from isthmus.apps.experts.models import Consent, Crossing, Engagement, Expert
from isthmus.apps.experts.services.indexing import KIND
from isthmus.exchange.handlers import Erasing
from isthmus.kit import clock
from isthmus.search.services import remove


def erase(erasing: Erasing) -> None:
    """Delete what was made of a record: a received profile with its place in the index, or a statement."""
    leaf = erasing.leaf
    _note_crossing(erasing)
    rows = Expert.objects.filter(leaf=leaf)
    if not erasing.sent and leaf:
        remove(KIND, list(rows.values_list("key", flat=True)))
        rows.delete()
    Engagement.objects.filter(engager_leaf=leaf).update(engager_words="", engager_leaf="")
    Engagement.objects.filter(expert_leaf=leaf).update(expert_words="", expert_leaf="")


def _note_crossing(erasing: Erasing) -> None:
    """The profile is gone at a node; where a person or a court demanded it, it must not come again."""
    now, crossed = clock.now(), Crossing.objects.filter(leaf=erasing.leaf)
    crossed.filter(erased_at=None).update(erased_at=now)
    pair = crossed.values_list("expert", "node").first()
    if pair is None or erasing.ground == "retention":
        return
    expert, node = pair
    if not Crossing.objects.filter(expert=expert, node=node, erased_at=None).exists():
        given = Consent.objects.filter(expert=expert, node=node, withdrawn_at=None)
        given.update(withdrawn_at=now, withdrawn_by=f"tombstone of {erasing.leaf[:12]}")


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    Crossing.objects.filter(leaf=stand_in).update(leaf=leaf)
    Engagement.objects.filter(engager_leaf=stand_in).update(engager_leaf=leaf)
    Engagement.objects.filter(expert_leaf=stand_in).update(expert_leaf=leaf)
