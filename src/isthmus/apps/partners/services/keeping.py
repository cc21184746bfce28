"""What became of records: their text erased, or numbered later. Given back: see ``restoring``."""

from isthmus.apps.partners.models import Introduction, Letter, Listing, Sending
from isthmus.apps.partners.services.listing import index
from isthmus.exchange.handlers import Erasing
from isthmus.kit import clock


def erase(erasing: Erasing) -> None:
    """Forget what a received record said: texts, names and contacts. That an introduction was made stays."""
    if erasing.sent:
        return
    for row in Listing.objects.filter(leaf=erasing.leaf).exclude(partner=""):
        row.title = row.product = row.reference[:8]
        row.text, row.certificates, row.withdrawn_at = "", [], row.withdrawn_at or clock.now()
        row.save()
        index(row)
    Introduction.objects.filter(answer_leaf=erasing.leaf).update(details={}, reason="")
    Introduction.objects.filter(opened_leaf=erasing.leaf).update(details={})
    Letter.objects.filter(leaf=erasing.leaf, is_own=False).delete()
    Letter.objects.filter(end_leaf=erasing.leaf).update(reason="")


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    Sending.objects.filter(leaf=stand_in).update(leaf=leaf)
    for name in ("leaf", "answer_leaf", "opened_leaf"):
        Introduction.objects.filter(**{name: stand_in}).update(**{name: leaf})
    for name in ("leaf", "end_leaf"):
        Letter.objects.filter(**{name: stand_in}).update(**{name: leaf})
